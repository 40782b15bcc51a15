import { isOperators, nestedPatterns, operatorFault, operatorNames } from "./operators.ts";
import { isObject } from "../../kit/json.ts";

/** A fault in how a pattern is written; `path` leads to it inside the pattern. */
export interface MatcherFault {
  path: (string | number)[];
  code: "bad_matcher" | "bad_regex";
  message: string;
}

/** Every fault of a pattern: an unknown operator, a wrong operand, an invalid regular expression or schema. */
export function checkMatcher(pattern: unknown): MatcherFault[] {
  return checkAt(pattern, []);
}

function checkAt(pattern: unknown, path: (string | number)[]): MatcherFault[] {
  if (Array.isArray(pattern)) return pattern.flatMap((each, index) => checkAt(each, [...path, index]));
  if (!isObject(pattern)) return [];
  if (!isOperators(pattern)) return Object.entries(pattern).flatMap(([key, each]) => checkAt(each, [...path, key]));
  return Object.entries(pattern).flatMap(([name, operand]) => {
    const here = [...path, name];
    const inside = nestedPatterns(name, operand).flatMap((each) => checkAt(each.pattern, here.concat(each.path)));
    return operandFaults(name, pattern, here).concat(inside);
  });
}

function operandFaults(name: string, pattern: Record<string, unknown>, path: (string | number)[]): MatcherFault[] {
  const fault = isExpression(pattern[name]) ? null : operatorFault(name, pattern);
  if (fault === null) return [];
  const isPattern = name === "$regex" && typeof pattern[name] === "string";
  return [{ path, code: isPattern ? "bad_regex" : "bad_matcher", message: withNames(fault) }];
}

function withNames(fault: string): string {
  return fault.startsWith("unknown operator") ? `${fault}; the operators are ${operatorNames.join(" ")}` : fault;
}

/** True for an operand whose value is not known before the scenario runs. */
export function isExpression(operand: unknown): boolean {
  return typeof operand === "string" && operand.includes("${{");
}
