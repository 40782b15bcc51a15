import type { ImageType } from "../kit/image-type.ts";

/** What a report shows of one scenario: plain JSON, made of its result, with everything that is judged or measured already in words and numbers. */
export interface ScenarioPage {
  id: string;
  name: string;
  /** The scenario's file, from the project's root. */
  file: string;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  status: PageStatus;
  /** Why it was skipped, not run, or does not count. */
  reason: string | null;
  /** How many turns the scenario has; an attempt may have fewer. */
  turns: number;
  /** Milliseconds, all attempts together. */
  time: number;
  /** What its runs came to, as `4/5 passed (38-96 %)`; `null` when it was to be run once. */
  runs: string | null;
  /** The command that repeats it. */
  command: string;
  /** Every attempt, in order; empty for one that was not run. */
  attempts: readonly AttemptPage[];
  /** The index of the attempt that shows the verdict. */
  shown: number;
}

/** The statuses of scenarios and of attempts. */
export type PageStatus =
  | "passed"
  | "observed"
  | "flaky"
  | "failed"
  | "errored"
  | "invalid"
  | "inconclusive"
  | "skipped"
  | "quarantined"
  | "not_run";

/** One attempt: the conversation as it was, and what was expected of it. */
export interface AttemptPage {
  /** `run 3`, or `attempt 1`. */
  name: string;
  status: PageStatus;
  /** Milliseconds. */
  time: number;
  /** US dollars of its turns; `null` when that of one is unknown. */
  cost: number | null;
  tokens: number | null;
  /** What was in the thread before the first turn. */
  opening: readonly OpeningItem[];
  turns: readonly TurnPage[];
  /** In the order in which they were judged. */
  verdicts: readonly VerdictPage[];
  problems: readonly ProblemPage[];
  /** Sentences about what is not in the conversation: turns that were left out, or not run, and how simulated users ended. */
  notes: readonly string[];
  /** What ran before the conversation and after it. */
  stages: readonly StagePage[];
}

/** Something that the conversation began with. */
export type OpeningItem =
  | { role: "user" | "assistant"; text: string }
  | { role: "call"; name: string; arguments: string; result: string };

/** One turn: what the user said, and all that followed, in order. Times are in milliseconds from its beginning. */
export interface TurnPage {
  /** From 1. */
  number: number;
  /** Which message of a simulated user, from 1; `null` where the user's words are written. */
  part: number | null;
  id: string | null;
  user: string;
  attachments: readonly { file: string; for: readonly string[] }[];
  items: readonly TurnItem[];
  /** How it ended; `completed` is the usual way. */
  status: string;
  /** Why it did not complete, in words. */
  why: string | null;
  model: string | null;
  tokens: number | null;
  cost: number | null;
  time: TurnTime;
  /** What was saved of it, as JSON by name. */
  saved: Readonly<Record<string, unknown>>;
}

/** What a turn took, in milliseconds. */
export interface TurnTime {
  total: number;
  /** `null` when nothing was said. */
  firstToken: number | null;
  /** Apart from `total`: rate limits, and pauses before a request was tried again. */
  waited: number;
  /** The part of `total` in which stubs delayed their answers. */
  delayed: number;
}

/** Something that happened in a turn. */
export type TurnItem =
  | {
      kind: "message";
      /** When its first piece came, and when it was whole. */
      from: number;
      at: number;
      text: string;
      /** It was never finished. */
      isCut: boolean;
      citations: readonly CitationPage[];
      files: readonly FileRef[];
    }
  | {
      kind: "call";
      at: number;
      took: number;
      /** Calls of one round were asked for together. */
      round: number;
      name: string;
      /** JSON, as the model wrote it. */
      arguments: string;
      /** `null`: it was never answered. */
      outcome: { kind: "result"; value: unknown } | { kind: "error"; message: string } | null;
      /** The rule of the scenario's file that answered it, as `tools.get_weather[0]`; `null` when none did, or it is not known. */
      rule: string | null;
      findings: readonly { code: string; message: string; trace: readonly string[]; place: string | null }[];
      /** What it changed in the world of the scenario, each on a line. */
      changes: readonly string[];
    }
  | { kind: "code"; at: number; input: string; logs: string; files: readonly FileRef[] }
  | { kind: "search"; at: number; results: readonly { file: string; score: number }[] }
  | { kind: "waiting"; at: number; reason: string };

/** A place in a reply that cites a file: `start` and `end` are in characters of the reply. */
export interface CitationPage {
  start: number;
  end: number;
  text: string;
  file: FileRef;
  /** What the assistant read there; `null` when the target does not say. */
  passage: string | null;
}

/** A file that was cited, made or shown. */
export interface FileRef {
  id: string;
  /** `null` when the target does not say. */
  name: string | null;
  /** Its content, when it was kept. */
  content: FileContent | null;
}

/** What is in a file: the hash under which its bytes are found, how many they are, and the kind of image that they begin as. */
export interface FileContent {
  sha256: string;
  bytes: number;
  image: ImageType | null;
}

/** What became of one expectation. */
export interface VerdictPage {
  /** From 1; `null` for the whole conversation. */
  turn: number | null;
  /** The key under `expect`, or `save`. */
  subject: string;
  /** Where it is in the scenario, as `turns[1].expect.reply.contains`. */
  path: string;
  severity: "gate" | "warn";
  outcome: "held" | "failed" | "undecided";
  sentence: string;
  /** What came closest, when that says more. */
  nearest: string | null;
  /** Expected and actual as two texts to compare, when that shows the failure best. */
  comparison: Comparison | null;
  /** Where it is written, when it does not hold. */
  place: PlacePage | null;
}

/** Two texts beside one another. `difference`: they should be equal; `missing_part`: the first should be in the second; `unwanted_part`: it should not. */
export interface Comparison {
  shows: "difference" | "missing_part" | "unwanted_part";
  expected: string;
  actual: string;
}

/** A line of a file of the project, as it was when the scenario was run; `column` and `line` count from 1, `length` is in characters. */
export interface PlacePage {
  file: string;
  line: number;
  column: number;
  length: number;
  text: string;
}

/** Something that went wrong, in words. */
export interface ProblemPage {
  severity: "error" | "warning";
  code: string;
  message: string;
  hint: string | null;
  place: PlacePage | null;
}

/** Steps that ran before a conversation, or after it. */
export interface StagePage {
  when: "setup" | "teardown";
  steps: readonly { run: string; took: number; error: string | null }[];
  saved: Readonly<Record<string, unknown>>;
}
