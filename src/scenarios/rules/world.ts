import { didYouMean } from "../../kit/words.ts";
import { accessesOf, parsePath, type AccessStep } from "../../project/access.ts";
import { ExpressionError, type KnownNames } from "../../project/expression.ts";
import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import { expressionFindings, sharedVars, textsIn } from "../../project/rules/expressions.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { hasExpressions, parseTemplate } from "../../project/expression.ts";
import { isObject } from "../../kit/json.ts";
import { isOperators } from "../matcher/operators.ts";
import { readScenario } from "../read/file.ts";
import type { ScenarioBody, WrittenChange } from "../scenario.ts";
import { type Shape, shapeAfter, shapeOf, stepInto, strayStep } from "../world/shape.ts";
import { expectationsOf } from "./expectations.ts";
import { columnsOf } from "./rows.ts";
import { scopeAt } from "./scope.ts";
import { kindOf } from "./texts.ts";

/** Paths that stubs change, expressions read and expectations name must exist in the world, as far as the file defines it. */
export const worldPathsExist: Rule<WrittenScenario> = (declared, draft) => {
  const { value } = declared;
  // The unreadable part of a scenario may have been part of its world.
  if (draft.rests.scenarios.includes(declared)) return [];
  const body = readScenario(declared, draft.texts);
  const context = {
    scenario: value,
    columns: columnsOf(declared, draft.texts),
    shared: sharedVars(draft),
    tools: null,
  };
  const shape = shapeFor(value.world, body);
  const changes = changesOf(body).flatMap((change) =>
    changeFindings(change, shape, scopeAt([...change.path.slice(0, 3), "set"], context)),
  );
  const patterns = expectationsOf(body).flatMap(({ path, references }) =>
    references.flatMap((reference) =>
      reference.kind === "world" ? patternFindings(reference.written, [...path, ...reference.at], shape) : [],
    ),
  );
  return [...reservedKey(value), ...changes, ...patterns, ...(shape === null ? [] : readFindings(value, shape))];
};

/** Everything that the world of a scenario can contain at any time; `null` when it has none. A module may put anything anywhere. */
function shapeFor(world: WrittenScenario["world"], body: ScenarioBody): Shape | null {
  if (world === undefined) return null;
  const answers = [...body.stubs.values()].flat().map(({ answer }) => answer.kind);
  if (answers.includes("module")) return { ...shapeOf(world), isOpen: true };
  const writes = changesOf(body).flatMap(({ kind, target, value }) => {
    const steps = stepsOf(target);
    if (kind === "remove" || !Array.isArray(steps)) return [];
    return [{ kind, steps, value: shapeOf(value) }];
  });
  return shapeAfter(world, writes);
}

function changesOf({ stubs }: ScenarioBody): WrittenChange[] {
  return [...stubs.values()].flat().flatMap(({ changes }) => changes);
}

function stepsOf(target: string): AccessStep[] | ExpressionError {
  try {
    return parsePath(target);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

function changeFindings(
  { kind, target, path }: WrittenChange,
  shape: Shape | null,
  known: KnownNames | null,
): Finding[] {
  const at = kind === "remove" ? "value" : "key";
  if (shape === null) {
    const message = `"${kind}" changes the world, but this scenario declares none`;
    return [
      {
        path,
        at,
        code: "unknown_name",
        message,
        hint: "Declare its initial state, such as world: { orders: {} }.",
      },
    ];
  }
  const steps = stepsOf(target);
  if (!Array.isArray(steps)) {
    const hint = `Write a path as in an expression, but without the leading "world.": orders[args.id].status, orders["A-1"].status.`;
    return [{ path, at, code: "bad_expression", message: `"${target}" is not a path: ${steps.message}`, hint }];
  }
  const inBrackets = steps.flatMap((step) =>
    step.kind === "computed" && known !== null ? expressionFindings(step.expression.source, path, known) : [],
  );
  if (inBrackets.length > 0) return inBrackets.map((finding) => Object.assign(finding, { at }));
  const [first, second] = steps;
  if (first?.kind === "name" && first.name === "world" && second !== undefined && !shape.keys.has("world")) {
    const label = `write ${target.slice(second.kind === "name" ? second.start : second.start - 1)}`;
    return [{ path, at, code: "unknown_name", message: `"${target}" is already relative to the world`, label }];
  }
  const last = steps.at(-1);
  const stray = strayStep(shape, kind === "set" && last?.kind !== "name" ? steps.slice(0, -1) : steps);
  if (stray !== null) return [{ ...strayFinding(steps, stray, path), at, ...setHint(kind, stray.index, steps) }];
  const end = steps.reduce<Shape | null>((at, step) => at && stepInto(at, step), shape);
  if (kind !== "append" || end === null || end.isOpen || end.elements !== null) return [];
  return [{ path, at, code: "wrong_type", message: `"${target}" is not a list, so nothing can be appended to it` }];
}

/** The hint for a path whose last step may be meant as the name of a new key. */
function setHint(kind: WrittenChange["kind"], index: number, steps: readonly AccessStep[]): { hint?: string } {
  if (kind !== "set" || index !== steps.length - 1) return {};
  return {
    hint: 'A name must exist in the initial world, for example as null. Write a new key in brackets: ["name"].',
  };
}

/** The reads of a world in all expressions of a scenario. */
function readFindings(scenario: WrittenScenario, shape: Shape): Finding[] {
  const context = { scenario, shared: null, tools: null };
  return textsIn(scenario, []).flatMap(({ text, path }) => {
    if (!text.includes("world") || scopeAt(path, context)?.["world"] === undefined) return [];
    return sourcesIn(text, path).flatMap((source) =>
      accesses(source).flatMap((steps) => {
        const stray = strayStep(shape, steps);
        if (stray === null) return [];
        const step = steps[stray.index];
        const finding = strayFinding(steps, stray, path, "world");
        return [{ ...finding, at: { text: source, start: step?.start ?? 0, end: step?.end ?? source.length } }];
      }),
    );
  });
}

/** The expressions of a text. */
function sourcesIn(text: string, path: Path): string[] {
  if (kindOf(path) === "expression") return [text];
  const pieces = hasExpressions(text) && kindOf(path) !== "plain" ? parseTemplate(text) : [];
  if (!Array.isArray(pieces)) return [];
  return pieces.flatMap((piece) => (piece.kind === "expression" ? [piece.source] : []));
}

function accesses(source: string): AccessStep[][] {
  try {
    return accessesOf(source, "world");
  } catch {
    // Unreadable expressions have their own finding.
    return [];
  }
}

/** Findings about parts of an expected world that can never exist. */
function patternFindings(pattern: unknown, path: Path, shape: Shape | null): Finding[] {
  if (shape === null) {
    const message = "this scenario declares no world, so none can be expected";
    return [
      {
        path,
        at: "key",
        code: "never_holds",
        message,
        hint: "Declare its initial state, such as world: { orders: {} }.",
      },
    ];
  }
  return insidePattern(pattern, path, shape, []);
}

function insidePattern(pattern: unknown, path: Path, shape: Shape, steps: readonly AccessStep[]): Finding[] {
  if (shape.isOpen || isOperators(pattern)) return [];
  const deeper = (inner: unknown, key: string | number): Finding[] => {
    const step: AccessStep = { kind: "key", key, start: 0, end: 0 };
    const next = stepInto(shape, step);
    if (next !== null) return insidePattern(inner, [...path, key], next, [...steps, step]);
    if (mayBeMissing(inner)) return [];
    return [{ ...strayFinding([...steps, step], { index: steps.length, at: shape }, [...path, key]), at: "key" }];
  };
  if (Array.isArray(pattern)) return shape.elements === null ? [] : pattern.flatMap(deeper);
  return isObject(pattern) ? Object.entries(pattern).flatMap(([key, inner]) => deeper(inner, key)) : [];
}

/** `{ $exists: false }`, `{ $not: ... }` and `{ $ignore: true }` hold for a value that does not exist. */
function mayBeMissing(pattern: unknown): boolean {
  return isOperators(pattern) && ("$exists" in pattern || "$not" in pattern || "$ignore" in pattern);
}

function strayFinding(
  steps: readonly AccessStep[],
  { index, at: { keys, others } }: { index: number; at: Shape },
  path: Path,
  root = "",
): Finding {
  const step = steps[index];
  const word =
    step === undefined || step.kind === "computed" ? "" : String(step.kind === "name" ? step.name : step.key);
  const names = [...keys.keys()];
  const read = steps.slice(0, index + 1).reduce((text, each) => text + written(each, text === ""), root);
  const there =
    names.length === 0 ? [] : [`It contains ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}.`];
  return {
    path,
    code: "unknown_name",
    message: `there is no "${read}" in the world of this scenario`,
    ...(others === null && there[0] !== undefined && { hint: there[0] }),
    ...didYouMean(word, names),
  };
}

function written(step: AccessStep, isFirst: boolean): string {
  if (step.kind === "computed") return `[${step.expression.source}]`;
  const key = step.kind === "name" ? step.name : step.key;
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${isFirst ? "" : "."}${key}` : `[${JSON.stringify(key)}]`;
}

/** The finding for a part of the world named `severity`, a key that is reserved in expectations. */
function reservedKey({ world = {} }: WrittenScenario): Finding[] {
  if (!Object.hasOwn(world, "severity")) return [];
  const message =
    '"severity" cannot be a key of the world itself: in expect.world it sets the severity of the expectation';
  return [
    {
      path: ["world", "severity"],
      at: "key",
      code: "unknown_key",
      message,
      hint: "Give it another name, or move it one level deeper.",
    },
  ];
}
