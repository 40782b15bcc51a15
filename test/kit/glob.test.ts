import fc from "fast-check";
import { expect, test } from "vitest";
import { fitsGlob } from "../../src/kit/glob.ts";

test.each([
  ["assistant.weather", "assistant.we*", true],
  ["assistant.weather", "*", true],
  ["assistant.weather", "assistant.?eather", true],
  ["assistant.weather", "weather", false],
  ["delete_all", "delete_*", true],
  ["a.b", "a?b", true],
  ["a+b", "a+b", true],
  ["aab", "a+b", false],
  ["", "*", true],
  ["", "?", false],
  ["abcabd", "*abd", true],
  ["line\nend", "line*", true],
])("%j fits %j: %s", (name, glob, fits) => {
  expect(fitsGlob(name, glob)).toBe(fits);
});

test("law: a glob is the pattern in which * is .* and ? is .", () => {
  const text = (characters: string) => fc.string({ unit: fc.constantFrom(...characters.split("")), maxLength: 8 });
  fc.assert(
    fc.property(text("ab."), text("ab.*?"), (name, glob) => {
      const source = glob.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
      expect(fitsGlob(name, glob)).toBe(new RegExp(`^${source}$`, "s").test(name));
    }),
    { numRuns: 2_000 },
  );
});

test("many stars and a name that nearly fits end", () => {
  expect(fitsGlob("a".repeat(5_000), `${"*a".repeat(500)}*b`)).toBe(false);
});
