import { expect, test } from "vitest";
import { matchSpoken, spokenPattern } from "../../../../src/server/models/script/find.ts";

const hole = (name: string) => ({ hole: `saved.${name}` });

test("many holes and a long message that nearly fits end", () => {
  const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
  const pattern = spokenPattern([...names.flatMap((name) => [hole(name), " "]), "end"]);
  expect(matchSpoken(pattern, "word ".repeat(2_000))).toBeNull();
});

test("a hole has the shortest text that fits; the same hole the same text", () => {
  expect(matchSpoken(spokenPattern([hole("a"), " and ", hole("b")]), "x and y and z")).toEqual({
    a: "x",
    b: "y and z",
  });
  const twice = spokenPattern([hole("a"), "-", hole("a")]);
  expect(matchSpoken(twice, "1-2-1-2")).toEqual({ a: "1-2" });
  expect(matchSpoken(twice, "1-2")).toBeNull();
});
