import { asObject, isObject, parseJson } from "../../kit/json.ts";
import { checkAgainstSchema } from "../../schema/json-schema.ts";
import type { Action } from "./actions.ts";
import type { ModelRequest, ToolChoice } from "./model.ts";

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

/** A choice that forces a call holds for the first round of a run; after it the model is free, or no run would ever end. */
export function currentToolChoice({ toolChoice, rounds }: Pick<ModelRequest, "toolChoice" | "rounds">): ToolChoice {
  return toolChoice.kind === "none" || rounds.length === 0 ? toolChoice : { kind: "auto" };
}

/** How a round goes against the run's `tool_choice`; `null` when it does not. */
export function breachOfToolChoice(
  actions: readonly Action[],
  request: Pick<ModelRequest, "toolChoice" | "rounds">,
): string | null {
  const choice = currentToolChoice(request);
  const called = actions.flatMap((action) => (action.kind === "call" ? [action.name] : []));
  if (choice.kind === "auto" || actions.some(({ kind }) => kind === "fail")) return null;
  if (choice.kind === "none") {
    return called.length === 0 ? null : `the script calls "${called.join('", "')}", and the run's tool_choice is none`;
  }
  const forced = choice.kind === "function" ? choice.name : choice.kind;
  const kept = choice.kind === "required" ? called.length > 0 : called.includes(forced);
  return kept
    ? null
    : `the run's tool_choice is ${forced}, and the script does not call ${choice.kind === "required" ? "a tool" : "it"}`;
}
