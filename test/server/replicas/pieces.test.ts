import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../src/kit/json.ts";
import { createJoiner, cut } from "../../../src/server/replicas/pieces.ts";

const size = 200;
const piecesOf = (from: string, messages: readonly Json[]): string[] =>
  messages.flatMap((message, index) => cut(message, { from, number: index + 1 }, size));

/** What a joiner makes of texts: the messages, by sender, and how often something was missed. */
function join(texts: readonly string[]) {
  const joiner = createJoiner();
  const come: Record<string, Json[]> = {};
  let missed = 0;
  for (const text of texts) {
    const joined = joiner.take(text);
    if (joined?.missed === true) missed += 1;
    if (joined && joined.message !== null) (come[joined.from] ??= []).push(joined.message);
  }
  return { come, missed };
}

const message: fc.Arbitrary<Json> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.record({ text: fc.string({ unit: "grapheme", maxLength: 200 }) }),
);
const messages = fc.array(message, { maxLength: 6 });

test("no piece is longer than it may be, and the pieces of several senders come together again", () => {
  fc.assert(
    fc.property(messages, messages, fc.array(fc.boolean(), { maxLength: 60 }), (ones, others, turns) => {
      const one = piecesOf("one", ones);
      const other = piecesOf("other", others);
      for (const piece of [...one, ...other]) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(size);
      const mixed = [...turns.flatMap((isOne) => (isOne ? one : other).splice(0, 1)), ...one, ...other];
      const { come, missed } = join(mixed);
      expect(missed).toBe(0);
      expect(come["one"] ?? []).toEqual(ones);
      expect(come["other"] ?? []).toEqual(others);
    }),
  );
});

test("whatever is lost on the way is noticed with the next piece, and what comes whole is what was sent", () => {
  fc.assert(
    fc.property(messages, fc.nat(), fc.integer({ min: 1, max: 5 }), (sent, where, amount) => {
      const all = piecesOf("one", [{ first: true }, ...sent, { last: true }]);
      // The first tells where the count begins, the last is what the loss is noticed by.
      const begin = 1 + (where % Math.max(1, all.length - 2));
      const left = all.toSpliced(begin, Math.min(amount, all.length - 1 - begin));
      const { come, missed } = join(left);
      if (left.length < all.length) expect(missed).toBeGreaterThan(0);
      const expected = [{ first: true }, ...sent, { last: true }].map((each) => JSON.stringify(each));
      for (const each of come["one"] ?? []) expect(expected).toContain(JSON.stringify(each));
    }),
  );
});

test("messages that are not pieces are ignored, and after a restart the count begins again", () => {
  const joiner = createJoiner();
  expect(joiner.take("something else")).toBeNull();
  const [first = "", , third = "", fourth = ""] = piecesOf("one", [1, 2, 3, 4]);
  expect(joiner.take(first)).toEqual({ from: "one", message: 1, missed: false });
  expect(joiner.take(third)).toEqual({ from: "one", message: 3, missed: true });
  joiner.restart();
  expect(joiner.take(first)).toEqual({ from: "one", message: 1, missed: false });
  expect(joiner.take(fourth)).toMatchObject({ message: 4, missed: true });
});
