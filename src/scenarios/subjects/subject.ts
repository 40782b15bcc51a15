import { keyDefaults } from "../../project/schemas/defaults.ts";
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
  /** The scenario's file; the files that it names are relative to it. */
  file: string;
  texts: Texts;
}

/** The record of what happened, and the part of it that expressions may read. */
export interface Evidence {
  /** The judged turns: one turn, or all of them. */
  turns: readonly TurnRecord[];
  /** Every turn so far. */
  soFar: readonly TurnRecord[];
  scope: Scope;
  /** The world before the judged turns; `null` when the scenario declares none. */
  worldBefore: World | null;
  /** The messages before the first turn. */
  opening: readonly OpeningMessage[];
  /** The answers to the questions asked so far. */
  opinions: Opinions;
  /** Hides secrets; applied to every question. */
  redactJson: RedactJson;
}

/** The role in which a model is called, and its default name under `models`. */
export type ModelUse = "judge" | "user" | "embeddings";

/** A name or a file that an expectation mentions. `at` is relative to the subject's own place. */
export type Reference =
  | { kind: "function"; name: string; at: Path; place: "key" | "value" }
  /** A pattern of a function's arguments. */
  | { kind: "arguments"; of: string; written: unknown; at: Path }
  /** A module, relative to the scenario's file. */
  | { kind: "module"; module: string; at: Path }
  /** A glob of the names of files that can be cited; `null` for any. */
  | { kind: "cited"; glob: string | null; at: Path }
  /** A built-in tool that the expectation requires. */
  | { kind: "built_in"; tool: "code_interpreter"; at: Path }
  /** A pattern of the world. */
  | { kind: "world"; written: unknown; at: Path }
  /** A glob that must match a tool, including the built-in ones. */
  | { kind: "tools"; glob: string; at: Path }
  /** A tool, including the built-in ones. */
  | { kind: "tool"; name: string; at: Path }
  /** A model that Playbill calls; `null` means the one named after its use. With scripted answers, its answer may be written. */
  | { kind: "model"; use: ModelUse; name: string | null; isScripted: boolean; at: Path }
  /** The price of the assistant's model. */
  | { kind: "price"; at: Path }
  /** The path of a JSON file, or a JSON Schema. */
  | { kind: "schema"; schema: unknown; at: Path };

/** A fault of an expectation, whatever the assistant does. `at` is relative to the subject's own place. */
export interface Fault {
  at: Path;
  place?: "key" | "value";
  code: "bad_matcher" | "bad_regex" | "bad_times" | "bad_match" | "never_fails" | "never_holds";
  message: string;
  hint?: string;
}

/** The parts of an expectation that must be known while a turn is in progress. */
export interface Demands {
  /** The status in which the turn must end. */
  status?: TurnStatus;
  /** True for an expectation that only a failing turn can satisfy. */
  failure?: boolean;
  /** Names and globs of tools that end the turn at once when called. */
  forbid?: readonly string[];
  /** True for a call that is expected although it is a mistake. */
  expects?: (call: CallRecord) => boolean;
}

/** How the texts of an expectation are read: with `${{ }}` in them, as an expression, as a pattern, or literally. */
export type TextKind = "template" | "expression" | "regex" | "plain";

/** One kind of expectation, for `Written` in YAML and `Expected` in memory. */
interface SubjectDefinition<S extends TSchema, Expected> {
  /** The key under `expect`. */
  name: string;
  /** Its schema under a turn. */
  turn: S;
  /** Its schema for the entire conversation: a subset of the schema under a turn. */
  conversation?: TSchema;
  /** The expectation for a turn that states none; judged at the place of its `user`. */
  implied?: Static<S>;
  /**
   * When it is judged: expectations that decide whether the rest can be judged come first; those that cost money come last, and only when everything
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
  /** Judges, before everything else, what ends a turn at once. */
  judgeForbidden?(this: void, expected: Expected, evidence: Evidence): Finding[];
  /**
   * The questions to ask before it can be judged, as far as the opinions so far determine them. The answers are in the evidence it is
   * judged by; without them it is undecided.
   */
  asks?(expected: Expected, evidence: Evidence): Ask[];
  judge(expected: Expected, evidence: Evidence): Finding[];
}

/** One kind of expectation, as stored in the table. */
export interface Subject {
  name: string;
  schemas: { turn: TSchema; conversation: TSchema | undefined };
  implied: unknown;
  textKind(this: void, path: Path): TextKind;
  /** `path` is the place of `written`. */
  read(written: unknown, path: Path, source: Source): Expectation[];
}

/** An expectation, read once, and the place where it is written. */
export interface Expectation {
  subject: string;
  path: Path;
  severity: "gate" | "warn";
  /** `forbidden` before `first` before `rest` before `last`: a failed gate makes the later ones meaningless. */
  judged: "forbidden" | "first" | "rest" | "last";
  references: readonly Reference[];
  faults: readonly Fault[];
  /** False when it yields no gate. */
  canFail: boolean;
  demands: Demands;
  /** The questions to ask before it can be judged. */
  asks(this: void, evidence: Evidence): Ask[];
  /** The findings. An expectation whose expression cannot be evaluated does not hold. */
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
      // Files have been checked against the definition's schema.
      const expected = definition.read(written as Static<S>, source);
      const severity = isObject(written) && written["severity"] === "warn" ? "warn" : keyDefaults.expect.severity;
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

/** The questions, with every `${{ }}` of the expectation replaced; where that fails, judging reports why. */
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

/** Judges with every `${{ }}` of the expectation replaced. */
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
