import { ExpressionError, interpolate, type Scope } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { hasExpressions } from "../../project/expression.ts";
import { isObject } from "../../kit/json.ts";
import type { Static, TSchema } from "../../schema/builder.ts";
import type { OpeningMessage } from "../../targets/target.ts";
import type { Ask, Opinions, RedactJson } from "../asking/ask.ts";
import type { CallRecord, TurnRecord, TurnStatus } from "../record/record.ts";
import type { Finding } from "../verdict.ts";
import type { World } from "../world/operations.ts";

/** The texts of files, by path from the project's root. */
export type Texts = Pick<ReadonlyMap<string, string>, "get">;

/** The files around a scenario that an expectation may name. */
export interface Source {
  /** The scenario's file; what it names is beside it. */
  file: string;
  texts: Texts;
}

/** What happened, and what expressions may read of it. */
export interface Evidence {
  /** What is judged: one turn, or all of them. */
  turns: readonly TurnRecord[];
  /** Every turn up to here. */
  soFar: readonly TurnRecord[];
  scope: Scope;
  /** What the tools shared before what is judged; `null` when the scenario declares none. */
  worldBefore: World | null;
  /** What there was before the first turn. */
  opening: readonly OpeningMessage[];
  /** What was answered to the questions that were asked so far. */
  opinions: Opinions;
  /** Hides secrets; what is asked goes through it. */
  redactJson: RedactJson;
}

/** What a model is asked as, and its name under `models` unless another one is named. */
export type ModelUse = "judge" | "user" | "embeddings";

/** A name or a file that an expectation mentions. `at` leads on from the subject's own place. */
export type Reference =
  | { kind: "function"; name: string; at: Path; place: "key" | "value" }
  /** A pattern of a function's arguments. */
  | { kind: "arguments"; of: string; written: unknown; at: Path }
  /** A module beside the scenario's file. */
  | { kind: "module"; module: string; at: Path }
  /** A glob of the names of files that can be cited; `null` for any. */
  | { kind: "cited"; glob: string | null; at: Path }
  /** A built-in tool without which it never holds. */
  | { kind: "built_in"; tool: "code_interpreter"; at: Path }
  /** A pattern of the world. */
  | { kind: "world"; written: unknown; at: Path }
  /** A glob that is to fit a tool, built-in ones included. */
  | { kind: "tools"; glob: string; at: Path }
  /** A tool, built-in ones included. */
  | { kind: "tool"; name: string; at: Path }
  /** A model that Playbill asks; `null`: the one that is named like its use. Where scripts are played, what it says may be written. */
  | { kind: "model"; use: ModelUse; name: string | null; isScripted: boolean; at: Path }
  /** The price of the assistant's model. */
  | { kind: "price"; at: Path }
  /** A JSON file, or a JSON Schema as it is. */
  | { kind: "schema"; schema: unknown; at: Path };

/** What is wrong with an expectation whatever the assistant does. `at` leads on from the subject's own place. */
export interface Fault {
  at: Path;
  place?: "key" | "value";
  code: "bad_matcher" | "bad_regex" | "bad_times" | "bad_match" | "never_fails" | "never_holds";
  message: string;
  hint?: string;
}

/** What must be known while a turn goes on. */
export interface Demands {
  /** How the turn has to end. */
  status?: TurnStatus;
  /** True for what only a turn that is to fail has. */
  failure?: boolean;
  /** Names and globs of tools whose call ends it at once. */
  forbid?: readonly string[];
  /** True for a call that is expected although it is a mistake. */
  expects?: (call: CallRecord) => boolean;
}

/** How the texts of an expectation are read: with `${{ }}` in them, as an expression, as a pattern, or as they are. */
export type TextKind = "template" | "expression" | "regex" | "plain";

/** One kind of expectation, for `Written` in YAML and `Expected` in memory. */
interface SubjectDefinition<S extends TSchema, Expected> {
  /** The key under `expect`. */
  name: string;
  /** How it is written under a turn. */
  turn: S;
  /** How it is written for the whole conversation: a part of how it is written under a turn. */
  conversation?: TSchema;
  /** What is expected of a turn that does not say; judged at the place of its `user`. */
  implied?: Static<S>;
  /**
   * When it is judged: what decides whether the rest can be judged comes first; what costs money comes last, and only when everything
   * else holds. Default: `rest`.
   */
  judged?: "first" | "rest" | "last";
  /** False when `${{ }}` has no meaning in it. */
  isTemplate?: false;
  textKind?(this: void, path: Path): TextKind;
  read(written: Static<S>, source: Source): Expected;
  references?(expected: Expected): Reference[];
  faults?(expected: Expected): Fault[];
  demands?(expected: Expected, severity: "gate" | "warn"): Demands;
  /** Judges what ends a turn at once, before everything else. */
  judgeForbidden?(this: void, expected: Expected, evidence: Evidence): Finding[];
  /**
   * What must be asked before it can be judged, as far as that is known from the opinions so far. Their answers are in the evidence that
   * it is judged by; without them it is undecided.
   */
  asks?(expected: Expected, evidence: Evidence): Ask[];
  judge(expected: Expected, evidence: Evidence): Finding[];
}

/** One kind of expectation as the table holds it. */
export interface Subject {
  name: string;
  schemas: { turn: TSchema; conversation: TSchema | undefined };
  implied: unknown;
  textKind(this: void, path: Path): TextKind;
  /** `path` is the place of what is written. */
  read(written: unknown, path: Path, source: Source): Expectation[];
}

/** Something that is expected, read once, and the place where it is written. */
export interface Expectation {
  subject: string;
  path: Path;
  severity: "gate" | "warn";
  /** `forbidden` before `first` before `rest` before `last`: a gate that fails leaves the later ones without a meaning. */
  judged: "forbidden" | "first" | "rest" | "last";
  references: readonly Reference[];
  faults: readonly Fault[];
  /** False for what no gate comes of. */
  canFail: boolean;
  demands: Demands;
  /** What must be asked before it can be judged. */
  asks(this: void, evidence: Evidence): Ask[];
  /** Findings; an expression that cannot be evaluated is an expectation that does not hold. */
  judge(this: void, evidence: Evidence): Finding[];
}

/** A kind of expectation for the table. */
export function defineSubject<S extends TSchema, Expected>(definition: SubjectDefinition<S, Expected>): Subject {
  const { name, turn, conversation, implied, textKind, judged = "rest", judgeForbidden } = definition;
  return {
    name,
    schemas: { turn, conversation },
    implied,
    textKind: textKind ?? (() => "template"),
    read(written, path, source) {
      // Files are checked against the schema that the definition gives.
      const expected = definition.read(written as Static<S>, source);
      const severity = isObject(written) && written["severity"] === "warn" ? "warn" : "gate";
      const demands = definition.demands?.(expected, severity) ?? {};
      const about = { subject: name, path, severity, demands } as const;
      const main: Expectation = {
        ...about,
        judged,
        canFail: severity === "gate",
        references: definition.references?.(expected) ?? [],
        faults: definition.faults?.(expected) ?? [],
        asks: asksWithValues(expected, definition),
        judge: withValues(expected, definition, (filled, evidence) => definition.judge(filled, evidence)),
      };
      if (judgeForbidden === undefined) return [main];
      const judge = withValues(expected, definition, judgeForbidden);
      const none = { canFail: false, references: [], faults: [], demands: {}, asks: () => [] };
      return [{ ...about, ...none, judged: "forbidden", judge }, main];
    },
  };
}

/** Asks with every `${{ }}` of what is expected replaced; where that fails, judging says why. */
function asksWithValues<Expected>(
  expected: Expected,
  { isTemplate, asks }: { isTemplate?: false; asks?: (filled: Expected, evidence: Evidence) => Ask[] },
): Expectation["asks"] {
  if (asks === undefined) return () => [];
  if (isTemplate === false || !holdsExpressions(expected)) return (evidence) => asks(expected, evidence);
  return (evidence) => {
    try {
      return asks(interpolate(expected, evidence.scope) as Expected, evidence);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return [];
    }
  };
}

/** Judges with every `${{ }}` of what is expected replaced. */
function withValues<Expected>(
  expected: Expected,
  { isTemplate }: { isTemplate?: false },
  judge: (filled: Expected, evidence: Evidence) => Finding[],
): Expectation["judge"] {
  const isFixed = isTemplate === false || !holdsExpressions(expected);
  return (evidence) => {
    if (isFixed) return judge(expected, evidence);
    try {
      return judge(interpolate(expected, evidence.scope) as Expected, evidence);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const sentence = `an expression could not be evaluated: ${error.message}`;
      return [{ at: [], pass: false, expected, actual: null, sentence }];
    }
  };
}

function holdsExpressions(value: unknown): boolean {
  if (typeof value === "string") return hasExpressions(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsExpressions);
}
