import { ExpressionError, interpolate, type Scope } from "../project/expression.ts";
import { toProblem } from "../project/finding.ts";
import type { Declared, Path } from "../project/project.ts";
import { ProblemError } from "../problem.ts";
import { isObject } from "../kit/json.ts";

/** A file whose places are known. */
type Placed = Pick<Declared<unknown>, "place">;

/**
 * A value of a scenario's file with its expressions replaced. `path` is its place in the file. Throws a ProblemError with the place of an
 * expression that cannot be evaluated.
 */
export function fill<T>(declared: Placed, path: Path, value: T, scope: Scope): T {
  return fillValue(declared, path, value, scope) as T;
}

/** The same for a text, in which values other than text appear as JSON. */
export function fillText(declared: Placed, path: Path, text: string, scope: Scope): string {
  return asText(fillValue(declared, path, text, scope));
}

/** A value as it appears in a text: text unchanged, any other value as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fillValue(declared: Placed, path: Path, value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((each, index) => fillValue(declared, [...path, index], each, scope));
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => [key, fillValue(declared, [...path, key], each, scope)]);
    return Object.fromEntries(entries) as unknown;
  }
  return atPlace(declared, path, () => interpolate(value, scope));
}

/** Evaluates something written at `path`; throws a ProblemError with its place when that fails. */
export function atPlace<T>(declared: Placed, path: Path, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { code, message, source, start, end } = error;
    throw new ProblemError([toProblem(declared, { path, at: { text: source, start, end }, code, message })]);
  }
}
