import { asObject, isObject, parseJson } from "../../kit/json.ts";
import { checkAgainstSchema } from "../../schema/json-schema.ts";

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
  const outcome = checkAgainstSchema(schema, value);
  switch (outcome.kind) {
    case "fits":
      return null;
    case "broken":
      return `${what} is no JSON Schema: ${outcome.message}`;
    case "differs": {
      const words = outcome.errors.map(({ instancePath, message }) => `reply${instancePath} ${message ?? "is wrong"}`);
      return `the reply does not fit ${what}: ${words.join(", ")}`;
    }
  }
}
