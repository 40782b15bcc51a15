import fc from "fast-check";
import { expect, test } from "vitest";
import { joinTake, parseTake } from "../../src/cli/sync/take.ts";
import { brief, problemsThrownBy } from "../project/project-folder.ts";

test.each<[string[], string[]]>([
  [
    ["plan", "--take", "ours", "a", "b"],
    ["plan", "--take", "ours a", "b"],
  ],
  [
    ["--take", "ours", "a", "--take", "theirs", "b", "-t", "prod"],
    ["--take", "ours a", "--take", "theirs b", "-t", "prod"],
  ],
  [
    ["--take", "ours"],
    ["--take", "ours"],
  ],
  [
    ["--take", "ours", "--prune", "a"],
    ["--take", "ours", "--prune", "a"],
  ],
  [
    ["--take", "a", "ours", "b"],
    ["--take", "a", "ours", "b"],
  ],
  [
    ["--", "--take", "ours", "a"],
    ["--", "--take", "ours", "a"],
  ],
])("%j", (argv, joined) => {
  expect(joinTake(argv)).toEqual(joined);
});

test("law: no word is lost, and the side of an address is read as written", () => {
  const words = fc.array(fc.constantFrom("plan", "--take", "ours", "theirs", "a", "--prune", "--"));
  fc.assert(
    fc.property(words, (argv) => {
      expect(joinTake(argv).join(" ")).toBe(argv.join(" "));
    }),
  );
});

test("the last word on an address counts", () => {
  expect(parseTake(["ours a", "theirs b", "theirs a"])).toEqual({ a: "theirs", b: "theirs" });
  expect(parseTake(undefined)).toEqual({});
});

test.each([["ours"], ["theirs"], ["assistant.a"], ["mine a"], ["ours a b"], ["ours "]])("--take %j", (value) => {
  expect(problemsThrownBy(() => parseTake([value])).map(brief)).toEqual(["bad_flag"]);
});
