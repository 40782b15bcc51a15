import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, isAlike, toCanonical } from "../../src/kit/json.ts";

const key = fc.constantFrom("a", "b", "B", "10", "9", "__proto__");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>("", "x\r\ny", "x\ny", 0, 1, true, null),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(key, fc.option(tie("value"), { nil: undefined }), { maxKeys: 3 }),
  ),
}));

test("law: equal values have one canonical text, and a canonical text stays the same", () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(canonicalJson(one)).toBe(JSON.stringify(toCanonical(one)));
      expect(canonicalJson(toCanonical(one))).toBe(canonicalJson(one));
      expect(isAlike(one, toCanonical(one)) || canonicalJson(one).includes("\\n")).toBe(true);
      if (isAlike(one, other)) expect(canonicalJson(one)).toBe(canonicalJson(other));
    }),
  );
});
