import type { ValidateFunction } from "ajv";
import { createCompiler } from "../../schema/compiler.ts";
import { isObject } from "../../kit/json.ts";

type Compiled = { kind: "validator"; validate: ValidateFunction } | { kind: "broken"; message: string };

const compiled = new WeakMap<object, Compiled>();

/** What is wrong with a JSON Schema (draft 2020-12), or `null`. */
export function schemaFaults(schema: unknown): string | null {
  if (typeof schema === "boolean") return null;
  if (!isObject(schema)) return "is not a JSON Schema";
  const result = compile(schema);
  return result.kind === "broken" ? result.message : null;
}

/** What a value does against a JSON Schema, one sentence each; a broken schema is the only violation. */
export function schemaViolations(schema: unknown, value: unknown): string[] {
  if (schema === true) return [];
  if (!isObject(schema)) return ["nothing fits the schema"];
  const result = compile(schema);
  if (result.kind === "broken") return [result.message];
  if (result.validate(value)) return [];
  return (result.validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = "additionalProperty" in params ? ` (${String(params["additionalProperty"])})` : "";
    return `${instancePath === "" ? "the value" : instancePath.slice(1)} ${message ?? "is wrong"}${extra}`;
  });
}

function compile(schema: Record<string, unknown>): Compiled {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const result = compileNew(schema);
  compiled.set(schema, result);
  return result;
}

function compileNew(schema: Record<string, unknown>): Compiled {
  const ajv = createCompiler({ allErrors: true, strict: false, logger: false });
  try {
    return { kind: "validator", validate: ajv.compile(schema) };
  } catch (error) {
    return { kind: "broken", message: error instanceof Error ? error.message : String(error) };
  }
}
