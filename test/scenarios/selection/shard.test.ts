import fc from "fast-check";
import { expect, test } from "vitest";
import { parseShard, shardOf } from "../../../src/scenarios/selection/shard.ts";

const suite = fc.uniqueArray(fc.string(), { maxLength: 60 }).map((ids) => ids.map((id) => ({ id })));
const parts = fc.integer({ min: 1, max: 12 });
const partsOf = (scenarios: { id: string }[], of: number) =>
  Array.from({ length: of }, (_, index) => shardOf(scenarios, { number: index + 1, of }));

test("shards are a partition, each in the order of the suite", () => {
  fc.assert(
    fc.property(suite, parts, (scenarios, of) => {
      const all = partsOf(scenarios, of);
      const owner = new Map(all.flatMap((part, index) => part.map(({ id }) => [id, index])));
      expect(all.reduce((sum, part) => sum + part.length, 0)).toBe(scenarios.length);
      expect(owner.size).toBe(scenarios.length);
      for (const [index, part] of all.entries()) {
        expect(part).toEqual(scenarios.filter(({ id }) => owner.get(id) === index));
      }
    }),
  );
});

const timed = suite.chain((scenarios) =>
  fc.record({
    scenarios: fc.constant(scenarios),
    times: fc
      .array(fc.option(fc.integer({ min: 1, max: 10_000 })), {
        minLength: scenarios.length,
        maxLength: scenarios.length,
      })
      .map(
        (all) =>
          new Map(
            scenarios.flatMap(({ id }, index): [string, number][] => {
              const time = all[index];
              return time == null ? [] : [[id, time]];
            }),
          ),
      ),
  }),
);

test("shards by time are a partition too, the same in whatever order files are found", () => {
  fc.assert(
    fc.property(timed, parts, ({ scenarios, times }, of) => {
      const dealt = (all: { id: string }[]) =>
        Array.from({ length: of }, (_, index) => shardOf(all, { number: index + 1, of }, times).map(({ id }) => id));
      const all = dealt(scenarios);
      expect(all.flat().toSorted()).toEqual(scenarios.map(({ id }) => id).toSorted());
      expect(dealt(scenarios.toReversed()).map((part) => part.toSorted())).toEqual(all.map((part) => part.toSorted()));
    }),
  );
});

test("no shard takes longer than another by more than the longest scenario", () => {
  fc.assert(
    fc.property(timed, parts, ({ scenarios, times }, of) => {
      for (const { id } of scenarios) if (!times.has(id)) times.set(id, 500);
      const sums = Array.from({ length: of }, (_, index) =>
        shardOf(scenarios, { number: index + 1, of }, times).reduce((sum, { id }) => sum + (times.get(id) ?? 0), 0),
      );
      expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(Math.max(0, ...times.values()));
    }),
  );
});

test("no shard has more than one scenario more than another", () => {
  fc.assert(
    fc.property(suite, parts, (scenarios, of) => {
      const sizes = partsOf(scenarios, of).map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test("a shard does not depend on the order in which files are found", () => {
  const ids = (part: { id: string }[]) => new Set(part.map(({ id }) => id));
  fc.assert(
    fc.property(suite, parts, (scenarios, of) => {
      expect(partsOf(scenarios.toReversed(), of).map(ids)).toEqual(partsOf(scenarios, of).map(ids));
    }),
  );
});

test.each([
  ["1/1", { number: 1, of: 1 }],
  ["2/5", { number: 2, of: 5 }],
  ["3/2", null],
  ["0/2", null],
  ["1/0", null],
  ["-1/2", null],
  ["1", null],
  ["1/2/3", null],
  ["a/b", null],
  ["", null],
])("%s", (text, shard) => {
  expect(parseShard(text)).toEqual(shard);
});
