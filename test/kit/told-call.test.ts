import fc from "fast-check";
import { expect, test } from "vitest";
import { tellCall, toldCall } from "../../src/kit/told-call.ts";

const call = fc.record({
  name: fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/),
  arguments: fc.jsonValue().map((value) => JSON.stringify(value)),
  output: fc.string({ unit: "binary" }),
});

test("a call is read from its notation", () => {
  fc.assert(
    fc.property(call, (told) => {
      const { text, mark } = tellCall(told);
      expect(toldCall(text, mark)).toEqual(told);
      expect(mark.length).toBeLessThanOrEqual(512);
    }),
  );
});

test.each([
  ["another text", "Hello", "2 lookup"],
  ["another name", "[I called refund with {}; it answered: 1]", "2 lookup"],
  ["a wrong length", "[I called lookup with {}; it answered: 1]", "1 lookup"],
  ["arguments that are not JSON", "[I called lookup with {x; it answered: 1]", "2 lookup"],
  ["no mark", "[I called lookup with {}; it answered: 1]", ""],
  ["more behind it", "[I called lookup with {}; it answered: 1", "2 lookup"],
])("%s is no call", (_, text, mark) => {
  expect(toldCall(text, mark)).toBeNull();
});
