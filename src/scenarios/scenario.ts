import type { Scope } from "../project/expression.ts";
import type { Declared, Path } from "../project/project.ts";
import type { WrittenHandler } from "../project/schemas/tool.ts";
import type { WrittenStep } from "../project/schemas/script.ts";
import type { Attachment, OpeningMessage } from "../targets/target.ts";
import type { Expectation, Reference } from "./subjects/subject.ts";
import type { Repeat } from "./results/pass-rule.ts";
import type { TurnStatus } from "./record/record.ts";
import type { SavedValue } from "./record/saved.ts";
import type { Operation, World } from "./world/operations.ts";

/** A text that may hold expressions, and its place in the scenario's file. */
export interface PlacedText {
  text: string;
  path: Path;
}

/** What a scenario's file says, once: a file without a matrix is one scenario, one with a matrix as many as it has cells. */
export interface ScenarioBody {
  file: string;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  /** From the day in `until` on it is run again. */
  skip: { reason: string; until: string | null } | null;
  only: boolean;
  /** It is run to be looked at: nothing that is expected of it can fail. */
  observe: boolean;
  stubs: ReadonlyMap<string, readonly StubRule[]>;
  /** What is run before the conversation, and after it. */
  setup: readonly StageStep[];
  teardown: readonly StageStep[];
  limits: Limits;
  /** What a gate that fails does to the turns after it. */
  onFail: "stop" | "continue";
  /** How often it is run for one verdict. */
  repeat: Repeat;
  turns: readonly Turn[];
  /** Of the whole conversation. */
  expectations: readonly Expectation[];
  /** The position of a path in the scenario's file. */
  place: Declared<unknown>["place"];
  /** The file that relative paths at a place lead on from. */
  fileSaying(this: void, path: Path): string;
}

/** Something that is run before a conversation, or after it. */
export interface StageStep {
  path: Path;
  /** A module or a program of the project; expressions in arguments are evaluated when it is run. */
  run: { kind: "module"; module: string } | { kind: "command"; command: readonly string[] };
  /** Milliseconds. */
  timeout: number;
  /** What is kept of its result: names, and paths that begin with `$`. */
  saves: readonly { name: string; from: string }[];
}

/** What a scenario may take; `null`: as much as it likes. */
export interface Limits {
  /** Milliseconds of one turn. */
  turnTimeout: number;
  toolRounds: number;
  /** Milliseconds of all turns together. */
  time: number | null;
  /** Of all turns together. */
  tokens: number | null;
  /** US dollars of all turns together. */
  cost: number | null;
}

/** One scenario to run: a file, and a cell of its matrix. */
export interface Scenario extends ScenarioBody {
  /** `refund`, or `refund[locale=de]`. */
  id: string;
  /** The id without the cell. */
  baseId: string;
  name: string;
  /** What every expression of it may read, whatever has been said. */
  scope: { vars: Scope; matrix: Scope };
  /** What its tools share before the first turn; `null` when it declares none. */
  world: World | null;
  /** The messages of the thread before the first turn. */
  opening: readonly OpeningMessage[];
  /** The thread's metadata. */
  metadata: Readonly<Record<string, string>>;
  /** What was saved before the first turn. */
  saved: Scope;
}

/** One turn of a scenario. */
export interface Turn {
  /** From 1. */
  number: number;
  id: string | null;
  /** An expression; when it is false, the turn is left out. `null`: it is always run. */
  when: PlacedText | null;
  /** The place of what the user says. */
  path: Path;
  /** What the user may say: the first whose condition holds. */
  choices: readonly Choice[];
  /** Files that go with it. */
  attachments: readonly TurnAttachment[];
  /** A model plays the user; `null`: what the user says is written. */
  simulation: Simulation | null;
  /** Of every answer to a simulated user. */
  each: readonly Expectation[];
  saves: readonly Save[];
  expectations: readonly Expectation[];
  /** How it has to end. */
  endsAs: TurnStatus;
  /** Names and globs of tools whose call ends the turn at once, those of the whole conversation included. */
  forbidden: readonly string[];
}

/** A file that goes with what the user says. */
export interface TurnAttachment extends Attachment {
  /** From the project's root. */
  file: string;
  path: Path;
}

/** A user that a model plays. */
export interface Simulation {
  path: Path;
  persona: PlacedText | null;
  goal: PlacedText;
  /** Facts; texts in it may hold expressions. */
  knows: Readonly<Record<string, unknown>>;
  maxTurns: number;
  stop: {
    /** An expression over what was said so far. */
    when: PlacedText | null;
    /** Holds for the last reply. */
    reply: readonly Expectation[] | null;
  };
  /** Its name under `models` of playbill.yaml. */
  model: string;
  /** What the user says where the assistant's answers are scripts; `null` when nothing is written. */
  script: readonly { say: PlacedText; steps: readonly WrittenStep[] | null }[] | null;
  references: readonly Reference[];
}

/** Something that the user may say. */
export interface Choice {
  /** An expression; `null`: it always holds. */
  when: PlacedText | null;
  say: PlacedText;
  /** What the embedded model does then, and its place; `null` when nothing is written. */
  script: { steps: readonly WrittenStep[]; path: Path } | null;
}

/** A value to keep under a name. */
export interface Save extends SavedValue {
  name: string;
}

/** One rule of a stubbed tool; the first rule that fits answers. */
export interface StubRule {
  path: Path;
  /** A matcher of the arguments; `undefined` fits all. */
  when: unknown;
  /** A CEL expression that must be true; `null` when there is none. */
  condition: string | null;
  /** How many calls it answers, at most. */
  times: number;
  /** Milliseconds before the answer. */
  delay: number;
  /** What it does to the world, before it answers. */
  changes: readonly WrittenChange[];
  answer: StubAnswer;
}

/** A change of the world as it is written: expressions in it are evaluated when a call is answered. */
export interface WrittenChange {
  kind: Operation["kind"];
  /** As it is written. */
  target: string;
  /** Of `set` and `append`. */
  value: unknown;
  /** Where the path is in the file: a key, or a text. */
  path: Path;
}

/** What a stub answers a call with. */
export type StubAnswer =
  | { kind: "return"; value: unknown }
  | { kind: "error"; message: string }
  /** A module beside the scenario's file. */
  | { kind: "module"; module: string }
  /** A program or an endpoint; expressions in it are evaluated when a call is answered. */
  | { kind: "program"; program: Exclude<WrittenHandler, string> }
  /** The tool's own implementation. */
  | { kind: "handler" };
