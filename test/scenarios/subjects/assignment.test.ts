import fc from "fast-check";
import { expect, test } from "vitest";
import { assign, faultsOf, isSolvable, type CallPuzzle } from "../../../src/scenarios/subjects/assignment.ts";

/** Up to four expectations and six calls, with any of them fitting any. */
const puzzles = fc
  .record({
    wanted: fc.array(fc.record({ min: fc.integer({ min: 0, max: 2 }), spread: fc.integer({ min: 0, max: 2 }) }), {
      maxLength: 4,
    }),
    rounds: fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
    fits: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
  })
  .map(({ wanted, rounds, fits }): CallPuzzle => {
    const must = rounds.flat();
    let next = 0;
    return {
      wanted: wanted.map(({ min, spread }) => ({ min, max: min + spread })),
      rounds: rounds.map((round) => round.map(() => next++)),
      fits: (expected, call) => fits[expected * 10 + call] === true,
      mustServe: (call) => must[call] === true,
    };
  });

/** Tries every way to give each call an expectation or none. */
function isSolvableByTrying({ wanted, rounds, fits, mustServe }: CallPuzzle): boolean {
  const calls = rounds.flatMap((round, index) => round.map((id) => ({ id, round: index })));
  const attempt = (at: number, given: { wanted: number; round: number }[]): boolean => {
    const call = calls[at];
    if (call === undefined)
      return (
        isOrdered(given) &&
        wanted.every(({ min, max }, index) => {
          const count = given.filter((each) => each.wanted === index).length;
          return count >= min && count <= max;
        })
      );
    if (!mustServe(call.id) && attempt(at + 1, given)) return true;
    return wanted.some(
      (_, index) => fits(index, call.id) && attempt(at + 1, [...given, { wanted: index, round: call.round }]),
    );
  };
  return attempt(0, []);
}

/** Calls of a later round stand for no earlier expectation. */
function isOrdered(given: { wanted: number; round: number }[]): boolean {
  return given.every((one) => given.every((other) => one.round >= other.round || one.wanted <= other.wanted));
}

test("a puzzle is solvable exactly when trying everything finds a way", () => {
  fc.assert(
    fc.property(puzzles, (puzzle) => {
      expect(isSolvable(puzzle)).toBe(isSolvableByTrying(puzzle));
    }),
    { numRuns: 1000 },
  );
});

test("without an order, it is solvable exactly when nothing is missing and nothing is too many", () => {
  fc.assert(
    fc.property(puzzles, (puzzle) => {
      const unordered = { ...puzzle, rounds: [puzzle.rounds.flat()] };
      const { missing, surplus } = faultsOf(unordered);
      expect(isSolvable(unordered)).toBe(missing.size + surplus.size === 0);
    }),
  );
});

test("an assignment pairs each at most once, only what fits, and as many as trying finds", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const lefts = [...rows.keys()];
      const fits = (left: number, right: number) => rows[left]?.[right] === true;
      const assigned = assign(lefts, [0, 1, 2, 3], fits);
      expect(new Set(assigned.values()).size).toBe(assigned.size);
      for (const [left, right] of assigned) expect(fits(left, right)).toBe(true);
      const most = (left: number, free: number[]): number =>
        left === lefts.length
          ? 0
          : Math.max(
              most(left + 1, free),
              ...free
                .filter((right) => fits(left, right))
                .map(
                  (right) =>
                    1 +
                    most(
                      left + 1,
                      free.filter((each) => each !== right),
                    ),
                ),
            );
      expect(assigned.size).toBe(most(0, [0, 1, 2, 3]));
    }),
  );
});
