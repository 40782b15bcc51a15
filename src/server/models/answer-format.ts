import { createCompiler } from "../../schema/compiler.ts";
import { asObject, isObject, parseJson } from "../../kit/json.ts";

/** Why a reply breaks the run's `response_format` (its wire form); `null` when it keeps to it. */
export function breachOfFormat(reply: string, responseFormat: unknown): string | null {
  const { type, json_schema: wanted } = asObject(responseFormat);
  if (type !== "json_object" && type !== "json_schema") return null;
  const value = parseJson(reply);
  if (value === undefined) return `response_format is ${type}, and the reply is not JSON`;
  if (type === "json_object")
    return isObject(value) ? null : "response_format is json_object, and the reply is not a JSON object";
  const { schema, name } = asObject(wanted);
  return breachOfSchema(value, schema, `the schema "${String(name)}" of response_format`);
}

function breachOfSchema(value: unknown, schema: unknown, what: string): string | null {
  if (!isObject(schema) && typeof schema !== "boolean") return null;
  const ajv = createCompiler({ allErrors: true, strict: false, logger: false });
  try {
    const valid = ajv.compile(isObject(schema) ? { ...schema, $schema: undefined } : schema);
    return valid(value)
      ? null
      : `the reply does not fit ${what}: ${ajv.errorsText(valid.errors, { dataVar: "reply" })}`;
  } catch (error) {
    return `${what} is no JSON Schema: ${error instanceof Error ? error.message : String(error)}`;
  }
}
