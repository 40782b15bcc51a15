import fc from "fast-check";
import { expect, test } from "vitest";
import { joinSecrets } from "../../../src/scenarios/results/streamed-secrets.ts";
import type { TurnRecord } from "../../../src/scenarios/record/record.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";

const secret = "teal-otter-19";
const other: TurnRecord["events"][number] = { at: 9, event: { kind: "resumed" } };

/** As much of a result as has streamed text. */
function resultWith(events: TurnRecord["events"]): ScenarioResult {
  const record = { turns: [{ events }] };
  return { record, attempts: [{ record }] } as unknown as ScenarioResult;
}

const textsOf = (result: ScenarioResult) =>
  [result.record, result.attempts[0]?.record].map((record) =>
    record?.turns.flatMap(({ events }) => events.map(({ event }) => (event.kind === "text" ? event.delta : null))),
  );

test("no secret is left in pieces, however a text was cut, and the text stays what it was", () => {
  const text = fc.tuple(fc.string(), fc.string()).map(([before, after]) => before + secret + after);
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), (whole, cuts) => {
      const places = [0, ...cuts.filter((at) => at < whole.length).toSorted((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end));
      const events = pieces.map((delta, at) => ({ at, event: { kind: "text" as const, delta } }));
      for (const texts of textsOf(
        joinSecrets(resultWith([other, ...events, other]), (said) => said.includes(secret)),
      )) {
        expect(texts).toEqual([null, whole, ...pieces.slice(1).map(() => ""), null]);
      }
    }),
  );
});

test("a text without secrets stays in its pieces", () => {
  const events = ["a", "b"].map((delta, at) => ({ at, event: { kind: "text" as const, delta } }));
  expect(joinSecrets(resultWith(events), () => false)).toEqual(resultWith(events));
});

test("a text of any number of pieces is joined", () => {
  const events = Array.from({ length: 200_000 }, (_, at) => ({ at, event: { kind: "text" as const, delta: "x" } }));
  expect(joinSecrets(resultWith(events), () => false)).toEqual(resultWith(events));
});
