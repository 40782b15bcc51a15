import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DialectName, dialects, keysOfOthers } from "../../src/resources/dialects.ts";

const root = join(import.meta.dirname, "..", "..");

/** Where a dialect may be named: among themselves, in the table of their names, where YAML and servers have words of their own. */
const knowing =
  /^src\/(targets\/(assistants|responses)\/|targets\/open\.ts|resources\/dialects\.ts|server\/|project\/schemas\/project\.ts)/;

const names = Object.keys(dialects) as DialectName[];

test("nothing above src/targets compares a dialect's name", () => {
  const compared = new RegExp(
    `\\bapi\\b[^\\n]{0,20}(===|!==|:)\\s*"(${names.join("|")})"|case "(${names.join("|")})":`,
  );
  const found = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .filter((file) => !knowing.test(file))
    .filter((file) => compared.test(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual([]);
});

test("only its own folder and the table of dialects import from a dialect's folder", () => {
  const imported = new RegExp(`from "[^"]*targets/(${names.join("|")})/`);
  const found = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .filter((file) => !file.startsWith("src/targets/"))
    .filter((file) => imported.test(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual([]);
});

test("a key that belongs to other dialects is found, with those", () => {
  expect(keysOfOthers("assistants", ["api", "base_url", "bundle"])).toEqual([
    { key: "bundle", dialects: ["responses"] },
  ]);
  expect(keysOfOthers("responses", ["state", "bundle", "vars"])).toEqual([]);
});
