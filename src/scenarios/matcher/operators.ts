import { withInvisible } from "../../kit/difference.ts";
import { show, typeName } from "./json.ts";
import { parsePattern, patternFault } from "../../schema/pattern.ts";
import { schemaFaults, schemaViolations } from "../../schema/json-schema.ts";
import { isObject } from "../../kit/json.ts";

/** True when a pattern inside an operand matches. */
type Holds = (pattern: unknown, actual: unknown) => boolean;

interface Operator {
  /** The fault of the operand, or `null`. */
  fault(operand: unknown, whole: Record<string, unknown>): string | null;
  /** The message when it does not hold, or `null`. */
  miss(operand: unknown, actual: unknown, holds: Holds, whole: Record<string, unknown>): string | null;
  /** Operands that are patterns themselves, to be checked in turn. */
  nested?(operand: unknown): { path: (string | number)[]; pattern: unknown }[];
}

const jsonTypes = ["string", "number", "integer", "boolean", "array", "object", "null"];

const got = (actual: unknown): string =>
  actual === undefined ? "it is missing" : `got ${withInvisible(show(actual))}`;
const expect = (kept: boolean, words: string): string | null => (kept ? null : words);

const mustBe = (type: string, test: (operand: unknown) => boolean) => (operand: unknown) =>
  test(operand) ? null : `takes ${type}, not ${show(operand)}`;
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const onlyTrue = mustBe("true", (operand) => operand === true);

function comparison(words: string, compare: (actual: number, operand: number) => boolean): Operator {
  return {
    fault: mustBe("a number", isNumber),
    miss: (operand, actual) =>
      expect(isNumber(actual) && isNumber(operand) && compare(actual, operand), number(words, operand, actual)),
  };
}
function number(words: string, operand: unknown, actual: unknown): string {
  const type = actual === undefined || isNumber(actual) ? "" : ` (${typeName(actual)}, not a number)`;
  return `expected ${words} ${show(operand)}, ${got(actual)}${type}`;
}

const operators: Record<string, Operator> = {
  $any: { fault: onlyTrue, miss: (_, actual) => expect(actual !== undefined, "expected any value, but it is missing") },
  $ignore: { fault: onlyTrue, miss: () => null },
  $exists: {
    fault: mustBe("true or false", (operand) => typeof operand === "boolean"),
    miss: (operand, actual) =>
      expect(
        (actual !== undefined) === operand,
        operand === true ? "expected it to exist" : `expected nothing, ${got(actual)}`,
      ),
  },
  $not: {
    fault: () => null,
    nested: (operand) => [{ path: [], pattern: operand }],
    miss: (operand, actual, holds) =>
      expect(!holds(operand, actual), `expected anything but ${show(operand)}, ${got(actual)}`),
  },
  $oneOf: {
    fault: mustBe("a list with at least one pattern", (operand) => Array.isArray(operand) && operand.length > 0),
    nested: (operand) => (Array.isArray(operand) ? operand.map((pattern, index) => ({ path: [index], pattern })) : []),
    miss: (operand, actual, holds) =>
      expect(
        Array.isArray(operand) && operand.some((each) => holds(each, actual)),
        `expected one of ${show(operand)}, ${got(actual)}`,
      ),
  },
  $regex: {
    fault: (operand) =>
      isText(operand) ? (patternFault(operand)?.message ?? null) : `takes a regular expression, not ${show(operand)}`,
    miss: (operand, actual) => {
      const type = actual === undefined || isText(actual) ? "" : ` (${typeName(actual)}, not text)`;
      const kept = isText(operand) && isText(actual) && parsePattern(operand).test(actual);
      return expect(kept, `expected a match of /${String(operand)}/, ${got(actual)}${type}`);
    },
  },
  $contains: {
    fault: () => null,
    nested: (operand) => [{ path: [], pattern: operand }],
    miss: (operand, actual, holds) => {
      const inText = isText(actual) && isText(operand) && actual.includes(operand);
      const inList = Array.isArray(actual) && actual.some((each) => holds(operand, each));
      return expect(inText || inList, `expected it to contain ${show(operand)}, ${got(actual)}`);
    },
  },
  $startsWith: {
    fault: mustBe("text", isText),
    miss: (operand, actual) =>
      expect(
        isText(actual) && isText(operand) && actual.startsWith(operand),
        `expected it to start with ${show(operand)}, ${got(actual)}`,
      ),
  },
  $gt: comparison("more than", (actual, operand) => actual > operand),
  $gte: comparison("at least", (actual, operand) => actual >= operand),
  $lt: comparison("less than", (actual, operand) => actual < operand),
  $lte: comparison("at most", (actual, operand) => actual <= operand),
  $approx: {
    fault: (operand, whole) =>
      isNumber(operand)
        ? expect("$within" in whole, "needs $within beside it: the permitted deviation")
        : `takes a number, not ${show(operand)}`,
    miss: (operand, actual, _holds, whole) => {
      const within = whole["$within"];
      const near = isNumber(actual) && isNumber(operand) && isNumber(within) && isWithin(actual, operand, within);
      return expect(near, number(`within ${show(within)} of`, operand, actual));
    },
  },
  $within: {
    fault: (operand, whole) =>
      isNumber(operand) && operand >= 0
        ? expect("$approx" in whole, "needs $approx beside it")
        : `takes a number of at least 0, not ${show(operand)}`,
    miss: () => null,
  },
  $len: {
    fault: () => null,
    nested: (operand) => [{ path: [], pattern: operand }],
    miss: (operand, actual, holds) => {
      const length = lengthOf(actual);
      if (length === undefined) return `expected a length of ${show(operand)}, ${got(actual)}`;
      return expect(holds(operand, length), `expected a length of ${show(operand)}, got ${length}: ${show(actual)}`);
    },
  },
  $type: {
    fault: mustBe(`one of ${jsonTypes.join(", ")}`, (operand) => isText(operand) && jsonTypes.includes(operand)),
    miss: (operand, actual) =>
      expect(isText(operand) && isOfType(actual, operand), `expected type ${show(operand)}, ${got(actual)}`),
  },
  $schema: {
    fault: (operand) => schemaFaults(operand),
    miss: (operand, actual) => {
      if (actual === undefined) return "expected a value that conforms to the schema, but it is missing";
      const violations = schemaViolations(operand, actual);
      return expect(violations.length === 0, `does not conform to the schema: ${violations.join("; ")}`);
    },
  },
};

/** The names of the operators, which all start with `$`. */
export const operatorNames: readonly string[] = Object.keys(operators);

/** True for an object with a key that starts with `$`. */
export function isOperators(pattern: unknown): pattern is Record<string, unknown> {
  return isObject(pattern) && Object.keys(pattern).some((key) => key.startsWith("$"));
}

/** The message for each operator of a pattern that does not hold. */
export function operatorMisses(
  pattern: Record<string, unknown>,
  actual: unknown,
  holds: Holds,
): { name: string; words: string }[] {
  return Object.keys(pattern).flatMap((name) => {
    const words =
      operatorFault(name, pattern) ?? findOperator(name)?.miss(pattern[name], actual, holds, pattern) ?? null;
    return words === null ? [] : [{ name, words }];
  });
}

/** The fault in the use of an operator, or `null`. */
export function operatorFault(name: string, pattern: Record<string, unknown>): string | null {
  if (!name.startsWith("$")) return `"${name}" is beside an operator; operators and other keys cannot be mixed`;
  const operator = findOperator(name);
  if (operator === undefined) return `unknown operator ${name}`;
  const fault = operator.fault(pattern[name], pattern);
  return fault === null ? null : `${name}: ${fault}`;
}

/** The patterns inside an operator's operand, with their place in it. */
export function nestedPatterns(name: string, operand: unknown): { path: (string | number)[]; pattern: unknown }[] {
  return findOperator(name)?.nested?.(operand) ?? [];
}

function findOperator(name: string): Operator | undefined {
  return Object.hasOwn(operators, name) ? operators[name] : undefined;
}

/** Allows for the last bits of binary fractions: 22.8 is within 0.01 of 22.79. */
function isWithin(actual: number, wanted: number, within: number): boolean {
  const rounding = Number.EPSILON * 4 * Math.max(1, Math.abs(actual), Math.abs(wanted));
  return Math.abs(actual - wanted) <= within + rounding;
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "null") return value === null;
  return typeof value === type;
}
