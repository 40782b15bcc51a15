import { withInvisible } from "../../kit/difference.ts";
import { show, showPath, typeName } from "./json.ts";
import { isOperators, operatorMisses } from "./operators.ts";
import { isObject, type JsonPath } from "../../kit/json.ts";

/** One difference between a pattern and a value. `expected` is the part of the pattern that did not hold. */
export interface Mismatch {
  path: (string | number)[];
  expected: unknown;
  /** `undefined` when there is nothing at that place. */
  actual: unknown;
  /** `unit: expected "celsius", got "kelvin"` */
  sentence: string;
}

export interface MatchOptions {
  /** Objects must not have keys that the pattern does not name. */
  exact?: boolean;
}

/**
 * Every way in which `actual` misses `pattern`; empty when it matches. Objects match by subset, lists element by element,
 * operators start with `$`, nothing is coerced. `undefined` means that there is no value.
 */
export function match(pattern: unknown, actual: unknown, options: MatchOptions = {}): Mismatch[] {
  return matchAt(pattern, actual, [], options);
}

function matchAt(pattern: unknown, actual: unknown, path: JsonPath, options: MatchOptions): Mismatch[] {
  if (isOperators(pattern)) return matchOperators(pattern, actual, path, options);
  if (Array.isArray(pattern)) return matchList(pattern, actual, path, options);
  if (isObject(pattern)) return matchObject(pattern, actual, path, options);
  return pattern === actual ? [] : [mismatch(path, pattern, actual, differenceOf(pattern, actual))];
}

function mismatch(path: JsonPath, expected: unknown, actual: unknown, words: string): Mismatch {
  const place = showPath(path);
  return { path: [...path], expected, actual, sentence: place === "" ? words : `${place}: ${words}` };
}

function matchOperators(
  pattern: Record<string, unknown>,
  actual: unknown,
  path: JsonPath,
  options: MatchOptions,
): Mismatch[] {
  const holds = (inner: unknown, part: unknown) => matchAt(inner, part, [], options).length === 0;
  return operatorMisses(pattern, actual, holds).map(({ name, words }) =>
    mismatch(path, { [name]: pattern[name] }, actual, words),
  );
}

function matchList(pattern: unknown[], actual: unknown, path: JsonPath, options: MatchOptions): Mismatch[] {
  if (!Array.isArray(actual)) return [mismatch(path, pattern, actual, differenceOf(pattern, actual))];
  const found = pattern
    .slice(0, actual.length)
    .flatMap((each, index) => matchAt(each, actual[index], [...path, index], options));
  if (pattern.length === actual.length) return found;
  const words = `expected a list of ${pattern.length}, got ${actual.length}: ${show(actual)}`;
  return [mismatch(path, pattern, actual, words), ...found];
}

function matchObject(
  pattern: Record<string, unknown>,
  actual: unknown,
  path: JsonPath,
  options: MatchOptions,
): Mismatch[] {
  if (!isObject(actual)) return [mismatch(path, pattern, actual, differenceOf(pattern, actual))];
  const found = Object.entries(pattern).flatMap(([key, each]) =>
    matchAt(each, Object.hasOwn(actual, key) ? actual[key] : undefined, [...path, key], options),
  );
  if (options.exact !== true) return found;
  const surplus = Object.keys(actual).filter((key) => !Object.hasOwn(pattern, key));
  return [
    ...found,
    ...surplus.map((key) => mismatch([...path, key], undefined, actual[key], `not expected, got ${show(actual[key])}`)),
  ];
}

function differenceOf(expected: unknown, actual: unknown): string {
  if (actual === undefined) return `expected ${show(expected)}, but it is missing`;
  const [wanted, got] = [typeName(expected), typeName(actual)];
  const looksSame = wanted !== got && plain(expected) === plain(actual);
  const types = looksSame ? ` (${got}, not ${wanted})` : "";
  return `expected ${withInvisible(show(expected))}, got ${withInvisible(show(actual))}${types}`;
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}
