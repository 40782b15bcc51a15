import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { createCompiler } from "../../src/schema/compiler.ts";
import type { Outcome } from "./run.ts";

const schemas = join(import.meta.dirname, "..", "..", "schemas");

/** What a command printed as JSON, held against its published schema. */
export function published(name: string, { stdout, output }: Pick<Outcome, "stdout" | "output">): unknown {
  expect(stdout, output).toMatch(/^\{/);
  const value: unknown = JSON.parse(stdout);
  const schema = JSON.parse(readFileSync(join(schemas, `${name}.schema.json`), "utf8")) as object;
  const check = createCompiler({}).compile(schema);
  expect(check(value) ? [] : check.errors).toEqual([]);
  return value;
}
