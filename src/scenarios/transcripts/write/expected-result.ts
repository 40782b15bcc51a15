import { isObject } from "../../../kit/json.ts";
import type { CallOutcome } from "../../record/record.ts";
import { answerValue } from "../../record/record.ts";
import { createFacts, factsIn, learnFacts } from "./facts.ts";
import { plainMatcher } from "./plain-matcher.ts";

/** The maximum length of an expected answer in characters of JSON; of longer ones, only the parts that the reply repeats are expected. */
const longest = 300;
const mostParts = 3;

/** A matcher for the answer to a call: the complete answer if it is short, else the parts that the reply repeats. `undefined` when none remain. */
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

/** The parts of a value with wanted leaves; of a list, the first such element is enough. */
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
