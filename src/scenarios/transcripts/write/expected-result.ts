import { isObject } from "../../../kit/json.ts";
import type { CallOutcome } from "../../record/record.ts";
import { answerValue } from "../../record/record.ts";
import { createFacts, factsIn, learnFacts } from "./facts.ts";
import { plainMatcher } from "./plain-matcher.ts";

/** Longer answers, in characters of JSON, are expected in the parts only that the reply repeats. */
const longest = 300;
const mostParts = 3;

/** A matcher of what a call was answered: all of it when it is short, else what the reply repeats of it. `undefined` when nothing is left. */
export function expectedResult(outcome: CallOutcome, reply: string): unknown {
  const value = answerValue(outcome);
  if ((JSON.stringify(value) ?? "").length <= longest) return plainMatcher(value);
  const isRepeated = (leaf: unknown) => {
    const known = createFacts();
    learnFacts(known, [leaf]);
    return factsIn(reply, known).length > 0;
  };
  return partsOf(value, isRepeated) ?? partsOf(value, () => true);
}

/** The parts of a value with leaves that are wanted, the first ones; one of the elements of a list is enough. */
function partsOf(value: unknown, isWanted: (leaf: unknown) => boolean): unknown {
  if (Array.isArray(value)) {
    for (const each of value) {
      const part = partsOf(each, isWanted);
      if (part !== undefined) return { $contains: part };
    }
    return undefined;
  }
  if (isObject(value)) {
    const parts = Object.entries(value)
      .filter(([key]) => !key.startsWith("$"))
      .map(([key, each]) => [key, partsOf(each, isWanted)] as const)
      .filter(([, part]) => part !== undefined);
    return parts.length === 0 ? undefined : Object.fromEntries(parts.slice(0, mostParts));
  }
  if (value === null || !isWanted(value)) return undefined;
  return typeof value === "string" && value.length > longest ? { $startsWith: value.slice(0, 80) } : value;
}
