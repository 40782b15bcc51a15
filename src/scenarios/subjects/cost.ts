import { dollarsText } from "../../kit/dollars.ts";
import { isObject } from "../../kit/json.ts";
import { Type } from "../../schema/builder.ts";
import { costOfTurns } from "../record/cost.ts";
import { match } from "../matcher/match.ts";
import type { TurnRecord } from "../record/record.ts";
import { amountFaults, severity } from "./fragments.ts";
import { type Fault, defineSubject } from "./subject.ts";

const Cost = Type.Unsafe<unknown>({
  type: "object",
  properties: { severity },
  description: "The permitted cost in US dollars. An unknown cost never matches.",
  examples: [{ $lte: 0.05 }],
});

/** The total cost of turns, computed from their tokens and the prices in playbill.yaml. */
export const cost = defineSubject({
  name: "cost",
  turn: Cost,
  conversation: Cost,
  read: (written) => {
    if (!isObject(written)) return written;
    const { severity: _, ...pattern } = written;
    return pattern;
  },
  references: () => [{ kind: "price", at: [] }],
  faults: (pattern): Fault[] => amountFaults(pattern, []),
  judge(pattern, { turns }) {
    const actual = costOfTurns(turns);
    const faults = actual === null ? [whyUnknown(turns)] : match(pattern, actual).map(({ sentence }) => sentence);
    const pass = faults.length === 0;
    const sentence = pass ? `cost: ${dollarsText(actual ?? 0)}` : `cost: ${faults.join("; ")}`;
    return [{ at: [], pass, expected: pattern, actual, sentence }];
  },
});

function whyUnknown(turns: readonly TurnRecord[]): string {
  const unknown = turns.find(({ cost }) => cost === null);
  if (unknown === undefined || unknown.usage === null) return "it is unknown, because the target reported no usage";
  const model = unknown.model === null ? "a model that the target does not name" : unknown.model;
  return `it is unknown, because playbill.yaml has no price for ${model}`;
}
