import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { isObject } from "../../../src/kit/json.ts";
import { run, temporaryFolder } from "../../cli/run.ts";

// One project that uses every key of a scenario's file, as somebody would: valid as it is, and everything in it holds.

const project = join(import.meta.dirname, "project");
const schema = join(import.meta.dirname, "..", "..", "..", "schemas", "scenario.schema.json");

test("a project with every key is valid, and its scenarios pass", async () => {
  await using copy = await temporaryFolder(project);
  const validated = await run(copy.path, ["validate"]);
  expect(validated.output).toContain("every-key is valid");
  expect(validated.output).not.toContain("warning[");
  const { exitCode, output } = await run(copy.path, ["test"]);
  expect(exitCode, output).toBe(0);
  expect(output).toContain("5 passed, 1 observed, 1 skipped");
});

/** Keys that are not in the project, and why. */
const unused = new Map([
  ["only", "leaves all other scenarios out"],
  ["cached_tokens", "this server tells none"],
  ["reasoning_tokens", "the same"],
]);

test("no key is missing in it", async () => {
  const folder = join(project, "scenarios");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml"));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const used = new Set(texts.flatMap((text) => keysIn(parse(text))));
  const known = new Set(propertiesIn(JSON.parse(await readFile(schema, "utf8"))));
  expect([...known].filter((key) => !used.has(key) && !unused.has(key))).toEqual([]);
});

function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return isObject(value) ? Object.keys(value).concat(Object.values(value).flatMap(keysIn)) : [];
}

/** The names under every `properties` of a JSON Schema. */
function propertiesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(propertiesIn);
  if (!isObject(part)) return [];
  const own = isObject(part["properties"]) ? Object.keys(part["properties"]) : [];
  return [...own, ...Object.values(part).flatMap(propertiesIn)];
}
