import fc from "fast-check";
import { expect, test } from "vitest";
import { placeFile } from "../../../src/server/python/workspace.ts";

test.each([
  ["data.csv", [], "/mnt/data/data.csv"],
  ["data.csv", ["/mnt/data/data.csv"], "/mnt/data/data-2.csv"],
  ["data.csv", ["/mnt/data/data.csv", "/mnt/data/data-2.csv"], "/mnt/data/data-3.csv"],
  ["README", ["/mnt/data/README"], "/mnt/data/README-2"],
  ["../../etc/passwd", [], "/mnt/data/.._.._etc_passwd"],
  ["C:\\temp\\a.txt", [], "/mnt/data/C:_temp_a.txt"],
  ["..", [], "/mnt/data/file"],
  ["", [], "/mnt/data/file"],
  [`${"x".repeat(300)}.txt`, [], `/mnt/data/${"x".repeat(196)}.txt`],
])("%j beside %j is %s", (filename, taken, path) => {
  expect(placeFile(filename, new Set(taken))).toBe(path);
});

test("a file lies in the workspace itself, under a name of its own", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 3 }), (filenames) => {
      const taken = new Set<string>();
      for (const filename of filenames) {
        const path = placeFile(filename, taken);
        expect(path).toMatch(/^\/mnt\/data\/[^/\\\p{Cc}]+$/u);
        expect(["/mnt/data/.", "/mnt/data/.."]).not.toContain(path);
        expect(taken).not.toContain(path);
        taken.add(path);
      }
    }),
    { numRuns: 60 },
  );
});
