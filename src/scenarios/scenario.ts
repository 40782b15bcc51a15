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

/** A text that may contain expressions, and its place in the scenario's file. */
export interface PlacedText {
  text: string;
  path: Path;
}

/** The content of a scenario's file. A file without a matrix is one scenario; a file with a matrix is one scenario per cell. */
export interface ScenarioBody {
  file: string;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  /** From the date in `until` on, the scenario runs again. */
  skip: { reason: string; until: string | null } | null;
  only: boolean;
  /** True for a scenario that only runs to be observed: none of its expectations can fail it. */
  observe: boolean;
  stubs: ReadonlyMap<string, readonly StubRule[]>;
  /** The steps that run before the conversation, and after it. */
  setup: readonly StageStep[];
  teardown: readonly StageStep[];
  limits: Limits;
  /** The effect of a failed gate on later turns. */
  onFail: "stop" | "continue";
  /** How many times it runs for one verdict. */
  repeat: Repeat;
  turns: readonly Turn[];
  /** The expectations of the entire conversation. */
  expectations: readonly Expectation[];
  /** The position of a path in the scenario's file. */
  place: Declared<unknown>["place"];
  /** The file to which relative paths at a place are relative. */
  fileSaying(this: void, path: Path): string;
}

/** A step that runs before a conversation, or after it. */
export interface StageStep {
  path: Path;
  /** A module or a program of the project; expressions in arguments are evaluated when it runs. */
  run: { kind: "module"; module: string } | { kind: "command"; command: readonly string[] };
  /** Milliseconds. */
  timeout: number;
  /** The values saved from its result: names, and paths that begin with `$`. */
  saves: readonly { name: string; from: string }[];
}

/** The limits of a scenario; `null` means no limit. */
export interface Limits {
  /** Milliseconds of one turn. */
  turnTimeout: number;
  toolRounds: number;
  /** Milliseconds of all turns together. */
  time: number | null;
  /** The tokens of all turns together. */
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
  /** The values that every expression may read, independent of the conversation. */
  scope: { vars: Scope; matrix: Scope };
  /** The world before the first turn; `null` when the scenario declares none. */
  world: World | null;
  /** The messages of the thread before the first turn. */
  opening: readonly OpeningMessage[];
  /** The thread's metadata. */
  metadata: Readonly<Record<string, string>>;
  /** The values saved before the first turn. */
  saved: Scope;
}

/** One turn of a scenario. */
export interface Turn {
  /** From 1. */
  number: number;
  id: string | null;
  /** An expression; the turn is left out when it is false. `null` when the turn always runs. */
  when: PlacedText | null;
  /** The place of what the user says. */
  path: Path;
  /** The choices of what the user says; the first whose condition holds is used. */
  choices: readonly Choice[];
  /** The attached files. */
  attachments: readonly TurnAttachment[];
  /** The simulated user; `null` when the user's message is written. */
  simulation: Simulation | null;
  /** The expectations of every answer to a simulated user. */
  each: readonly Expectation[];
  saves: readonly Save[];
  expectations: readonly Expectation[];
  /** The status in which it must end. */
  endsAs: TurnStatus;
  /** Names and globs of tools that end the turn at once when called, including those of the entire conversation. */
  forbidden: readonly string[];
}

/** A file attached to the user's message. */
export interface TurnAttachment extends Attachment {
  /** The path from the project's root. */
  file: string;
  path: Path;
}

/** A user simulated by a model. */
export interface Simulation {
  path: Path;
  persona: PlacedText | null;
  goal: PlacedText;
  /** The facts; texts in them may contain expressions. */
  knows: Readonly<Record<string, unknown>>;
  maxTurns: number;
  stop: {
    /** An expression over the conversation so far. */
    when: PlacedText | null;
    /** Expectations of the last reply. */
    reply: readonly Expectation[] | null;
  };
  /** Its name under `models` of playbill.yaml. */
  model: string;
  /** The user's messages when the assistant's answers are scripted; `null` when none are written. */
  script: readonly { say: PlacedText; steps: readonly WrittenStep[] | null }[] | null;
  references: readonly Reference[];
}

/** A choice of what the user says. */
export interface Choice {
  /** An expression; `null` when the choice always applies. */
  when: PlacedText | null;
  say: PlacedText;
  /** How the embedded model then answers, and its place; `null` when nothing is written. */
  script: { steps: readonly WrittenStep[]; path: Path } | null;
}

/** A value to save under a name. */
export interface Save extends SavedValue {
  name: string;
}

/** One rule of a stubbed tool; the first rule that matches answers. */
export interface StubRule {
  path: Path;
  /** A matcher of the arguments; `undefined` matches all. */
  when: unknown;
  /** A CEL expression that must be true; `null` when there is none. */
  condition: string | null;
  /** The maximum number of calls that it answers. */
  times: number;
  /** Milliseconds before the answer. */
  delay: number;
  /** The changes that it makes to the world before it answers. */
  changes: readonly WrittenChange[];
  answer: StubAnswer;
}

/** A change of the world as written; its expressions are evaluated when a call is answered. */
export interface WrittenChange {
  kind: Operation["kind"];
  /** The path as written. */
  target: string;
  /** The value for `set` and `append`. */
  value: unknown;
  /** The place of the path in the file: a key or a text. */
  path: Path;
}

/** The answer of a stub to a call. */
export type StubAnswer =
  | { kind: "return"; value: unknown }
  | { kind: "error"; message: string }
  /** A module, relative to the scenario's file. */
  | { kind: "module"; module: string }
  /** A program or an endpoint; expressions in it are evaluated when a call is answered. */
  | { kind: "program"; program: Exclude<WrittenHandler, string> }
  /** The tool's own implementation. */
  | { kind: "handler" };
