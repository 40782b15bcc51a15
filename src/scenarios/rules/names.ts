import { isDay } from "../../kit/duration.ts";
import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import type { Declared, Path } from "../../project/project.ts";
import { functionNameOf } from "../../project/resolve-tools.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import { writtenScripts } from "./written-turn.ts";
import { argumentFindings } from "./arguments.ts";
import { duplicates, unknownReference } from "../../project/rules/reference.ts";
import type { Rule } from "../../project/rules/rule.ts";

/** A scenario's assistant must be one of the project. */
export const assistantExists: Rule<WrittenScenario> = ({ value: { assistant } }, { names }) =>
  names.assistants.includes(assistant)
    ? []
    : [unknownReference("assistant", assistant, names.assistants, ["assistant"])];

/** Scenario ids must be unique, ignoring case: results, recordings and file names are keyed by them. */
export const idIsUnique: Rule<WrittenScenario> = (declared, { firstScenarios }) => {
  const first = firstScenarios.get(declared.name.toLowerCase());
  if (!first || first === declared) return [];
  const same = `the scenario id "${declared.name}" is already used by ${first.file}`;
  const message = first.name === declared.name ? same : `${same}, where it is written "${first.name}"`;
  return [{ path: ["id"], code: "duplicate_name", message, hint: "Give it a unique id:." }];
};

/** Turn ids must be unique within a scenario. */
export const turnIdsDiffer: Rule<WrittenScenario> = ({ value: { turns } }) =>
  duplicates(
    turns.map(({ id }, index) => ({ name: id, path: ["turns", index, "id"] })),
    "turn",
  );

/** The end of a skip must be a valid date. */
export const skipEndsOnADay: Rule<WrittenScenario> = ({ value: { skip } }) => {
  if (skip?.until === undefined || isDay(skip.until)) return [];
  return [{ path: ["skip", "until"], code: "bad_date", message: `${skip.until} is not a valid date` }];
};

/** The exclusions of a matrix must be named by its axes. */
export const excludedAxesExist: Rule<WrittenScenario> = ({ value: { matrix } }) => {
  if (matrix === undefined || "rows" in matrix) return [];
  const axes = Object.keys(matrix.axes);
  return (matrix.exclude ?? []).flatMap((cell, index) =>
    Object.keys(cell)
      .filter((name) => !axes.includes(name))
      .map((name) => unknownReference("axis", name, axes, ["matrix", "exclude", index, name], "key")),
  );
};

const mostCells = 10_000;

/** A matrix must not have more cells than can be run. */
export const matrixIsBounded: Rule<WrittenScenario> = ({ value: { matrix } }) => {
  if (matrix === undefined || "rows" in matrix) return [];
  const cells = Object.values(matrix.axes).reduce((product, { length }) => product * length, 1);
  if (cells <= mostCells) return [];
  const message = `the axes make ${cells.toLocaleString("en")} combinations; at most ${mostCells.toLocaleString("en")} are allowed`;
  const hint = "Remove values, or move some of them to a separate scenario.";
  return [{ path: ["matrix", "axes"], at: "key", code: "too_many", message, hint }];
};

/** Stubs must answer tools of the assistant; a stub with handler: true needs a tool with a handler. */
export const stubsAnswerTools: Rule<WrittenScenario> = ({ file, value, place }, draft) => {
  const assistant = draft.assistants.get(value.assistant);
  if (!assistant) return [];
  const known = toolNamesOf(assistant, draft);
  return Object.entries(value.tools ?? {}).flatMap(([name, rules]): Finding[] => {
    if (name === "*") return [];
    if (!known.includes(name)) {
      // Shared stubs may be for another assistant.
      const isShared = place(["tools", name], "key").file !== file && isFunctionOf(draft, name);
      return isShared ? [] : [unknownTool(name, known, ["tools", name], "key")];
    }
    const tool = [...draft.tools.values()].find((each) => functionNameOf(each) === name);
    if (!tool || tool.value.handler !== undefined) return [];
    return rules.flatMap((rule, index) => ("handler" in rule ? [noHandler(name, tool, ["tools", name, index])] : []));
  });
};

/** True for a function that a tool of the project defines. */
export function isFunctionOf({ tools }: Draft, name: string): boolean {
  return [...tools.values()].some((tool) => functionNameOf(tool) === name);
}

/** The finding for a tool that the assistant does not have. */
export function unknownTool(name: string, known: readonly string[], path: Path, at: "key" | "value"): Finding {
  const finding = unknownReference("tool", name, known, path, at);
  return known.length === 0 ? { ...finding, hint: "The assistant of this scenario has no tools." } : finding;
}

function noHandler(name: string, tool: Declared<unknown>, path: Path): Finding {
  const hint = `Add handler: to ${tool.file}, or answer with return: or error:.`;
  return {
    path: [...path, "handler"],
    at: "key",
    code: "no_handler",
    message: `tool "${name}" has no handler`,
    hint,
  };
}

/** Scripts, and the messages before the first turn, must call tools of the assistant. */
export const calledToolsExist: Rule<WrittenScenario> = ({ value }, draft) => {
  const assistant = draft.assistants.get(value.assistant);
  if (!assistant) return [];
  const known = toolNamesOf(assistant, draft);
  return allCalls(value).flatMap(({ name, path }) =>
    known.includes(name) ? [] : [unknownTool(name, known, [...path, "call"], "value")],
  );
};

/** Arguments of scripted calls should conform to the tool's schema. A model may send anything, so this is only a warning. */
export const calledArgumentsFit: Rule<WrittenScenario> = ({ value }, draft) =>
  allCalls(value).flatMap(({ name, written, path }) =>
    argumentFindings({ of: name, written }, [...path, "with"], draft).map((finding) => asWarning(finding)),
  );

function asWarning(finding: Finding): Finding {
  return { ...finding, severity: "warning" };
}

interface WrittenCall {
  name: string;
  written: unknown;
  path: Path;
}

function allCalls(scenario: WrittenScenario): WrittenCall[] {
  const before = (scenario.thread?.messages ?? []).flatMap((message, index) =>
    "call" in message ? [{ name: message.call, written: message.with ?? {}, path: ["thread", "messages", index] }] : [],
  );
  return [...before, ...scriptCalls(scenario)];
}

function scriptCalls(scenario: WrittenScenario): WrittenCall[] {
  return writtenScripts(scenario).flatMap(({ steps, path: script }) =>
    steps.flatMap((step, index) => {
      const path = [...script, index];
      if ("call" in step) return [{ name: step.call, written: step.with ?? {}, path }];
      if (!("calls" in step)) return [];
      return step.calls.map((call, each) => ({
        name: call.call,
        written: call.with ?? {},
        path: [...path, "calls", each],
      }));
    }),
  );
}
