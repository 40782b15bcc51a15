import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isObject } from "../../../src/kit/json.ts";
import type { Static } from "../../../src/schema/builder.ts";
import { createCompiler } from "../../../src/schema/compiler.ts";
import type { RunEnd } from "../../../src/scenarios/runs/run-end.ts";
import type { RunHeader } from "../../../src/scenarios/runs/run-header.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import {
  EndSchema,
  HeaderSchema,
  ResultLineFile,
  ResultSchema,
  ResultsFile,
} from "../../../src/scenarios/results/result-schema.ts";
import { run, temporaryFolder } from "../../cli/run.ts";

const recorded = join(import.meta.dirname, "../reports/rich/results.jsonl");

type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;
/** Compiles as long as the schemas take what the code makes. */
const fits: [
  Plain<ScenarioResult> extends Plain<Static<typeof ResultSchema>> ? true : never,
  Plain<RunHeader & { format_version: 3 }> extends Plain<Static<typeof HeaderSchema>> ? true : never,
  Plain<{ end: RunEnd }> extends Plain<Static<typeof EndSchema>> ? true : never,
] = [true, true, true];

/** The same schema, which takes no key that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, closed(each)]));
  const kinds = isObject(inner["properties"]) ? Object.keys(inner["properties"]) : [];
  // What targets stream, and what is said before a conversation, have keys of their own.
  const isFree = kinds.join() === "kind" || kinds.join() === "role";
  return inner["additionalProperties"] === true && !isFree ? { ...inner, additionalProperties: false } : inner;
}

type Check = ReturnType<ReturnType<typeof createCompiler>["compile"]>;
/** Compiling takes much longer than checking. */
const compiled = new WeakMap<object, Check>();

/** What is wrong with a value, and where. */
function faultsOf(schema: unknown, value: unknown): string[] {
  const known = compiled.get(schema as object);
  const check = known ?? createCompiler({ allErrors: true, strict: false }).compile(schema as object);
  compiled.set(schema as object, check);
  void check(value);
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const linesOf = async () =>
  (await readFile(recorded, "utf8"))
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

test("what json reports of a rich run fits the published schema, which names every key", async () => {
  await using folder = await temporaryFolder();
  const { stdout } = await run(folder.path, ["report", recorded, "--json"]);
  expect(faultsOf(closed(ResultsFile), JSON.parse(stdout))).toEqual([]);
  expect(fits).toHaveLength(3);
});

test("every line of a stored run fits the published schema, which names every key", async () => {
  const [header, ...lines] = await linesOf();
  const end = lines.pop();
  expect(faultsOf(closed(HeaderSchema), header)).toEqual([]);
  expect(faultsOf(closed(EndSchema), end)).toEqual([]);
  const closedResult = closed(ResultSchema);
  for (const line of lines) expect(faultsOf(closedResult, line)).toEqual([]);
  for (const line of [header, ...lines, end]) expect(faultsOf(ResultLineFile, line)).toEqual([]);
});

test("what lacks something is refused", async () => {
  const [, result] = await linesOf();
  for (const key of Object.keys(result as object).filter((each) => each !== "quarantine")) {
    const { [key]: _, ...rest } = result as Record<string, unknown>;
    expect(faultsOf(ResultSchema, rest)).not.toEqual([]);
  }
});
