import type { ImageType } from "../kit/image-type.ts";

/** The page of one scenario in a report: plain JSON made from its result, with all verdicts and measures as words and numbers. */
export interface ScenarioPage {
  id: string;
  name: string;
  /** The scenario's file, relative to the project's root. */
  file: string;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  status: PageStatus;
  /** Why it was skipped, not run, or does not count. */
  reason: string | null;
  /** The number of turns of the scenario; an attempt may have fewer. */
  turns: number;
  /** Milliseconds, all attempts together. */
  time: number;
  /** The outcome of its runs, such as `4/5 passed (38-96 %)`; `null` for a scenario that runs once. */
  runs: string | null;
  /** The command that runs it again. */
  command: string;
  /** Every attempt, in order; empty when it was not run. */
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

/** One attempt: the conversation, and the verdicts on it. */
export interface AttemptPage {
  /** `run 3`, or `attempt 1`. */
  name: string;
  status: PageStatus;
  /** Milliseconds. */
  time: number;
  /** US dollars of its turns; `null` when that of one is unknown. */
  cost: number | null;
  tokens: number | null;
  /** The content of the thread before the first turn. */
  opening: readonly OpeningItem[];
  turns: readonly TurnPage[];
  /** In the order in which they were judged. */
  verdicts: readonly VerdictPage[];
  problems: readonly ProblemPage[];
  /** Sentences about what the conversation does not show: turns that were left out or not run, and how simulated users ended. */
  notes: readonly string[];
  /** The steps that ran before the conversation and after it. */
  stages: readonly StagePage[];
}

/** A message or call with which the conversation began. */
export type OpeningItem =
  | { role: "user" | "assistant"; text: string }
  | { role: "call"; name: string; arguments: string; result: string };

/** One turn: what the user said, and everything that followed, in order. Times are in milliseconds from its start. */
export interface TurnPage {
  /** From 1. */
  number: number;
  /** The number of a simulated user's message, from 1; `null` when the user's message is written. */
  part: number | null;
  id: string | null;
  user: string;
  attachments: readonly { file: string; for: readonly string[] }[];
  items: readonly TurnItem[];
  /** The status in which it ended, usually `completed`. */
  status: string;
  /** Why it did not complete, in words. */
  why: string | null;
  model: string | null;
  tokens: number | null;
  cost: number | null;
  time: TurnTime;
  /** The saved values, as JSON by name. */
  saved: Readonly<Record<string, unknown>>;
}

/** The times of a turn, in milliseconds. */
export interface TurnTime {
  total: number;
  /** `null` when nothing was said. */
  firstToken: number | null;
  /** Not included in `total`: rate limits, and pauses before retries. */
  waited: number;
  /** The part of `total` in which stubs delayed their answers. */
  delayed: number;
}

/** An event of a turn. */
export type TurnItem =
  | {
      kind: "message";
      /** The times of its first piece and of its completion. */
      from: number;
      at: number;
      text: string;
      /** True when it was never finished. */
      isCut: boolean;
      citations: readonly CitationPage[];
      files: readonly FileRef[];
    }
  | {
      kind: "call";
      at: number;
      took: number;
      /** Calls of one round were made together. */
      round: number;
      name: string;
      /** The arguments as JSON, exactly as the model wrote them. */
      arguments: string;
      /** `null` when it was never answered. */
      outcome: { kind: "result"; value: unknown } | { kind: "error"; message: string } | null;
      /** The rule that answered it, such as `tools.get_weather[0]`; `null` when no rule did, or it is unknown. */
      rule: string | null;
      findings: readonly { code: string; message: string; trace: readonly string[]; place: string | null }[];
      /** The changes that it made to the world of the scenario, one line each. */
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
  /** The passage that the assistant read; `null` when the target does not report it. */
  passage: string | null;
}

/** A file that was cited, created or shown. */
export interface FileRef {
  id: string;
  /** `null` when the target does not report it. */
  name: string | null;
  /** Its content, if it was kept. */
  content: FileContent | null;
}

/** The content of a file: the hash of its bytes, their number, and the type of image detected from the first bytes. */
export interface FileContent {
  sha256: string;
  bytes: number;
  image: ImageType | null;
}

/** The verdict on one expectation. */
export interface VerdictPage {
  /** From 1; `null` for the entire conversation. */
  turn: number | null;
  /** The key under `expect`, or `save`. */
  subject: string;
  /** Its place in the scenario, such as `turns[1].expect.reply.contains`. */
  path: string;
  severity: "gate" | "warn";
  outcome: "held" | "failed" | "undecided";
  sentence: string;
  /** The closest match, if that adds information. */
  nearest: string | null;
  /** Expected and actual as two texts to compare, if that shows the failure best. */
  comparison: Comparison | null;
  /** The place where it is written, if it does not hold. */
  place: PlacePage | null;
}

/** Two texts side by side. `difference`: they should be equal; `missing_part`: the first should be in the second; `unwanted_part`: it should not. */
export interface Comparison {
  shows: "difference" | "missing_part" | "unwanted_part";
  expected: string;
  actual: string;
}

/** A line of a file of the project at the time of the run; `column` and `line` count from 1, `length` is in characters. */
export interface PlacePage {
  file: string;
  line: number;
  column: number;
  length: number;
  text: string;
}

/** A problem in words. */
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
