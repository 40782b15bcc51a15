import { Environment, Optional, type ASTNode, type ParseResult } from "@marcbachmann/cel-js";
import { isObject } from "../kit/json.ts";
import { parsePattern, patternFault } from "../schema/pattern.ts";

type Arithmetic = (a: number, b: number) => number;

const arithmetic: Record<string, Arithmetic> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

/** The library's own `matches` backtracks, and cannot be replaced under its name. */
const linearMatches = "linearMatches";

const environment = createEnvironment();

/**
 * A JSON number is a CEL double and a literal such as `1` an int; CEL has no arithmetic between the two, so it is added here: people
 * write `result.temperature + 1`.
 */
function createEnvironment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  for (const [operator, compute] of Object.entries(arithmetic)) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b));
    made.registerOperator(`int ${operator} double: double`, mixed);
    made.registerOperator(`double ${operator} int: double`, mixed);
  }
  made.registerOperator("double % double", (a: number, b: number) => a % b);
  made.registerOperator("int == double: bool", (a: bigint, b: number) => Number(a) === b);
  made.registerFunction(`string.${linearMatches}(string): bool`, (text: string, pattern: string) =>
    parsePattern(pattern).test(text),
  );
  return made;
}

/** A parsed CEL expression. */
export interface ParsedCel {
  ast: ASTNode;
  /** Its value, not yet as JSON. Throws the library's errors, and a `TooManySteps`. */
  evaluate(scope: Readonly<Record<string, unknown>>): unknown;
  /** An error that occurs for all values; `null` when there is none. */
  check(): Error | null;
}

/** The maximum number of evaluated bodies of `all`, `exists`, `map` and `filter` together, and of values in a result. */
export const mostSteps = 1_000_000;

/** Thrown when an expression takes too many steps. */
export class TooManySteps extends Error {}

/** The cost of an error in steps: quantifiers continue after errors, and creating one takes long. */
const stepsOfError = 50;

const steps = { left: 0 };

function step(): void {
  steps.left -= 1;
  if (steps.left < 0) throw new TooManySteps(`it takes more than ${mostSteps} steps`);
}

/** Parses a CEL expression. Evaluation always ends, because loops are counted and patterns run in linear time. Throws the library's errors. */
export function parseCel(source: string): ParsedCel {
  const parsed: ParseResult = environment.parse(source);
  for (const node of nodesOf(parsed.ast)) makeBounded(node);
  const names = new Set(freeNames(parsed.ast).map(({ name }) => name));
  return {
    ast: parsed.ast,
    check: () => patternErrorIn(parsed.ast) ?? parsed.check().error ?? null,
    evaluate(scope) {
      steps.left = mostSteps;
      try {
        return parsed(readableScope(scope, names));
      } finally {
        // Quantifiers keep their first error, which may be a different one.
        if (steps.left < 0) step();
      }
    },
  };
}

/** The library uses `constructor` to find the type of a value, so an object with a key of that name is passed as a map. */
function readableScope(scope: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
  const known = [...names].filter((name) => Object.hasOwn(scope, name));
  return Object.fromEntries(
    known.map((name) => [name, holdsConstructor(scope[name]) ? asMaps(scope[name]) : scope[name]]),
  );
}

function holdsConstructor(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    if (Object.hasOwn(next, "constructor")) return true;
    for (const each of Object.values(next)) if (typeof each === "object") open.push(each);
  }
  return false;
}

function asMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMaps);
  if (!isObject(value)) return value;
  return new Map(Object.entries(value).map(([key, each]) => [key, asMaps(each)]));
}

/** A message of the library with the names from the source. */
export const withWrittenNames = (words: string): string => words.replaceAll(linearMatches, "matches");

function makeBounded(node: ASTNode): void {
  if (node.op === "rcall" && node.args[0] === "matches") node.args[0] = linearMatches;
  const binding = bindingOf(node);
  if (binding?.isLoop !== true) return;
  for (const body of binding.inside) count(body);
}

/** Counts steps. The library replaces `evaluate` when it first runs. */
function count(node: ASTNode): void {
  const counted = node as ASTNode & { evaluate: (...args: unknown[]) => unknown };
  let { evaluate } = counted;
  Object.defineProperty(counted, "evaluate", {
    get: () =>
      function (this: unknown, ...args: unknown[]) {
        step();
        try {
          return evaluate.apply(counted, args);
        } catch (error) {
          steps.left -= stepsOfError;
          throw error;
        }
      },
    set: (next: typeof evaluate) => {
      evaluate = next;
    },
  });
}

function patternErrorIn(ast: ASTNode): Error | null {
  for (const node of nodesOf(ast)) {
    if (node.op !== "rcall" || node.args[0] !== linearMatches) continue;
    const [pattern] = node.args[2];
    if (pattern?.op !== "value" || typeof pattern.args !== "string") continue;
    const fault = patternFault(pattern.args);
    if (fault === null) continue;
    const words = fault.hint === undefined ? fault.message : `${fault.message}. ${fault.hint}`;
    return Object.assign(new Error(words), { range: { start: pattern.start, end: pattern.end } });
  }
  return null;
}

/** A name that an expression reads from its scope, and where (offsets in the expression). */
export interface FreeName {
  name: string;
  /** `x` of a plain `name.x`, which the span then includes; `null` for any other form. */
  member: string | null;
  start: number;
  end: number;
}

/** The names that an expression reads and does not bind itself, in source order. */
export function freeNames(node: ASTNode, bound: ReadonlySet<string> = new Set()): FreeName[] {
  if (node.op === "id") return freeName(node.args, null, node, bound);
  if (node.op === "." && node.args[0].op === "id") return freeName(node.args[0].args, node.args[1], node, bound);
  const binding = bindingOf(node);
  if (!binding) return childrenOf(node).flatMap((child) => freeNames(child, bound));
  const inner = new Set([...bound, binding.name]);
  return [
    ...binding.outside.flatMap((child) => freeNames(child, bound)),
    ...binding.inside.flatMap((child) => freeNames(child, inner)),
  ];
}

function freeName(
  name: string,
  member: string | null,
  { start, end }: ASTNode,
  bound: ReadonlySet<string>,
): FreeName[] {
  return bound.has(name) || environment.hasVariable(name) ? [] : [{ name, member, start, end }];
}

const loops = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** A name that is bound inside an expression. */
export interface Binding {
  name: string;
  outside: ASTNode[];
  inside: ASTNode[];
  isLoop: boolean;
}

/** The name bound by `list.map(x, ...)` or `cel.bind(x, value, ...)` in the following arguments. */
export function bindingOf(node: ASTNode): Binding | undefined {
  if (node.op !== "rcall") return undefined;
  const [method, receiver, [variable, ...rest]] = node.args;
  if (variable?.op !== "id") return undefined;
  if (loops.has(method) && rest.length > 0)
    return { name: variable.args, outside: [receiver], inside: rest, isLoop: true };
  const isBind = method === "bind" && receiver.op === "id" && receiver.args === "cel";
  return isBind ? { name: variable.args, outside: rest.slice(0, 1), inside: rest.slice(1), isLoop: false } : undefined;
}

function nodesOf(node: ASTNode): ASTNode[] {
  const children = node.op === "call" ? node.args[1] : childrenOf(node);
  return [node, ...children.flatMap(nodesOf)];
}

/** The subexpressions of an expression; for `has(x.y)` only `x`, because `y` may be missing. */
export function childrenOf(node: ASTNode): ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "call":
      return node.args[0] === "has" ? node.args[1].flatMap(childrenOf) : node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    case "!_":
    case "-_":
      return [node.args];
    default:
      return [...node.args];
  }
}

/** Reports that an expression has a value that JSON cannot represent. */
export type Refuse = (what: string) => never;

/** The JSON value of a CEL result: integers are numbers, an empty optional is null, a timestamp its ISO text. */
export function toJson(value: unknown, refuse: Refuse): unknown {
  step();
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : refuse(`the number ${value}`);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : refuse(`the number ${value}, too large to be exact`);
    case "object":
      return value === null ? null : objectToJson(value, refuse);
    default:
      return refuse(`a ${typeof value}`);
  }
}

function objectToJson(value: object, refuse: Refuse): unknown {
  if (Array.isArray(value) || value instanceof Set) return [...value].map((each) => toJson(each, refuse));
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), refuse) : null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return entriesToJson([...value], refuse);
  if (Object.getPrototypeOf(value) === Object.prototype) return entriesToJson(Object.entries(value), refuse);
  const primitive: unknown = value.valueOf();
  return typeof primitive === "bigint" ? toJson(primitive, refuse) : refuse(`a ${value.constructor.name}`);
}

const entriesToJson = (entries: [unknown, unknown][], refuse: Refuse): Record<string, unknown> =>
  Object.fromEntries(entries.map(([key, each]) => [String(key), toJson(each, refuse)]));
