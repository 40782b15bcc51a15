import { ExpressionError, evaluate, type Scope } from "../../project/expression.ts";
import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import { show } from "../matcher/json.ts";
import type { Finding } from "./verdict.ts";

type WrittenChecks = NonNullable<WrittenTurnExpectations["check"]>;
type WrittenCheck = Exclude<WrittenChecks, unknown[]>;

/** Judges expressions that have to be true. */
export function judgeChecks(written: WrittenChecks, scope: Scope): Finding[] {
  if (!Array.isArray(written)) return [judgeCheck(written, [], scope)];
  return written.map((check, index) => judgeCheck(check, [index], scope));
}

function judgeCheck(check: WrittenCheck, at: number[], scope: Scope): Finding {
  const { that, severity } = typeof check === "string" ? { that: check, severity: undefined } : check;
  const { value, sentence } = evaluateCheck(that, scope);
  const own = severity === undefined ? {} : { severity };
  return { at, pass: value === true, expected: true, actual: value, sentence, ...own };
}

function evaluateCheck(that: string, scope: Scope): { value: unknown; sentence: string } {
  try {
    const value = evaluate(that, scope);
    return { value, sentence: value === true ? `${that} holds` : `${that} is ${show(value)}` };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { value: null, sentence: `${that} could not be evaluated: ${error.message}` };
  }
}
