import { posix } from "node:path";
import { hashOf } from "../../kit/hash.ts";
import type { Path } from "../../project/project.ts";
import type { Scope } from "../../project/expression.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { askOf, type Ask, type Question } from "../asking/ask.ts";
import type { TurnRecord } from "../record/record.ts";
import type { Finding } from "../verdict.ts";
import { severity } from "./fragments.ts";
import { defineSubject, type Evidence } from "./subject.ts";

const Text = Type.String();
const Long = Type.Object(
  {
    file: Type.String({ description: "A module, relative to the scenario's file.", examples: ["./check.ts"] }),
    severity,
  },
  closed,
);
const Module = Type.Union([Text, Long]);
const Modules = Type.Union([Text, Long, Type.Array(Module, { minItems: 1 })], {
  description: "Modules that judge: (evidence) => findings, as text or { message, expected, actual, severity }.",
  examples: ["./check.ts"],
});

/** A judging module of the project, and the scenario file that names it. */
interface ExpectedModule {
  at: Path;
  file: string;
  module: string;
  /** A hash of its source, so that changed code is called again; `null` when it was not read. */
  code: string | null;
  severity: "gate" | "warn" | undefined;
}

/** The question to a module, with everything that the module receives. */
export interface ModuleQuestion extends Question {
  kind: "module";
  file: string;
  module: string;
  code: string | null;
  evidence: Scope;
}

/** One finding of a module; its answer is a list of these. */
export interface ModuleFinding {
  message: string;
  expected?: unknown;
  actual?: unknown;
  severity?: "gate" | "warn";
}

/** Expectations in the project's own code. */
export const module = defineSubject({
  name: "module",
  turn: Modules,
  conversation: Modules,
  isTemplate: false,
  textKind: () => "plain",
  read: (written, { file, texts }): ExpectedModule[] => {
    const readOne = (one: Static<typeof Module>, at: Path): ExpectedModule => {
      const [named, place, weight] =
        typeof one === "string" ? [one, at, undefined] : [one.file, [...at, "file"], one.severity];
      const text = texts.get(posix.join(posix.dirname(file), named));
      return { at: place, file, module: named, code: text === undefined ? null : hashOf(text), severity: weight };
    };
    return Array.isArray(written)
      ? written.map((each: Static<typeof Module>, index) => readOne(each, [index]))
      : [readOne(written, [])];
  },
  references: (modules) => modules.map(({ at, module }) => ({ kind: "module", module, at })),
  asks: (modules, evidence) => modules.map((each) => askFor(each, evidence)),
  judge: (modules, evidence) => modules.flatMap((each) => judgeModule(each, evidence)),
});

function askFor({ file, module, code }: ExpectedModule, { scope, turns, redactJson }: Evidence): Ask {
  const question: ModuleQuestion = {
    kind: "module",
    file,
    module,
    code,
    evidence: { ...scope, turns: turns.map(visibleTurn) },
  };
  // Code of the project may read everything, but the key must not reveal secrets to others.
  return { ...askOf(redactJson(question)), question };
}

/** A turn without the parts that are meaningless to others, such as every streamed piece. */
function visibleTurn(turn: TurnRecord): Scope {
  return Object.fromEntries(Object.entries(turn).filter(([key]) => key !== "events" && key !== "valid"));
}

function judgeModule(expected: ExpectedModule, evidence: Evidence): Finding[] {
  const { at, module, severity } = expected;
  const opinion = evidence.opinions[askFor(expected, evidence).key];
  const about = { at, expected: null, actual: null, ...(severity !== undefined && { severity }) };
  if (opinion === undefined) return [{ ...about, pass: false, undecided: true, sentence: `${module} was not called` }];
  if (opinion.kind === "unusable") {
    return [{ ...about, pass: false, undecided: true, sentence: `${module} returned no findings: ${opinion.why}` }];
  }
  const found = opinion.value as readonly ModuleFinding[];
  if (found.length === 0) return [{ ...about, pass: true, sentence: `${module} found no faults` }];
  return found.map(({ message, expected: wanted, actual, severity: own }) =>
    Object.assign({}, about, {
      pass: false,
      expected: wanted ?? null,
      actual: actual ?? null,
      sentence: `${module}: ${message}`,
      ...(wanted !== undefined && actual !== undefined && { shows: "difference" as const }),
      ...(own === "warn" && { severity: own }),
    }),
  );
}
