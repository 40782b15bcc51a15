import { ExpressionError, evaluate, parseExpression, type Scope } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { show } from "../matcher/json.ts";
import { neverFails, neverHolds, severity } from "./fragments.ts";
import { type Fault, defineSubject } from "./subject.ts";

const Text = Type.String();
const Long = Type.Object(
  { that: Type.String({ description: "A CEL expression that must hold.", examples: ["calls.size() == 1"] }), severity },
  closed,
);
const Check = Type.Union([Text, Long]);
const Checks = Type.Union([Text, Long, Type.Array(Check, { minItems: 1 })], {
  description: "CEL expressions that must hold.",
  examples: ["calls.size() == 1"],
});

/** Expressions that must be true. */
export const check = defineSubject({
  name: "check",
  turn: Checks,
  conversation: Checks,
  isTemplate: false,
  textKind: (path) => (path.every((step) => typeof step === "number" || step === "that") ? "expression" : "template"),
  read: (written) =>
    Array.isArray(written) ? written.map((each, index) => readCheck(each, [index])) : [readCheck(written, [])],
  faults: (checks) => checks.flatMap(({ at, that }) => constantFaults(that, at)),
  judge: (checks, { scope }) =>
    checks.map(({ at, that, severity }) => {
      const { value, sentence } = evaluateCheck(that, scope);
      return { at, pass: value === true, expected: true, actual: value, sentence, ...severity };
    }),
});

function readCheck(written: Static<typeof Check>, at: Path) {
  const { that, severity } = typeof written === "string" ? { that: written, severity: undefined } : written;
  return { at, that, severity: severity === undefined ? {} : { severity } };
}

/** The faults of a constant expression, which has the same value whatever happens. */
function constantFaults(that: string, at: Path): Fault[] {
  try {
    const expression = parseExpression(that);
    if (expression.names.length > 0) return [];
    return expression.evaluate({}) === true
      ? [
          neverFails(
            at,
            "it does not depend on what happened",
            "Write a condition on the conversation, such as calls.size() == 1.",
          ),
        ]
      : [neverHolds(at, "it does not depend on what happened")];
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
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
