import { Type, type TSchema } from "typebox";
import { expect, test } from "vitest";
import { ApiFailure } from "../../../../src/server/http/errors.ts";
import { parser } from "../../../../src/server/http/validation/validate.ts";
import { CreateAssistant } from "../../../../src/server/wire/assistant.ts";
import { CreateMessage } from "../../../../src/server/wire/message.ts";
import { CreateRun } from "../../../../src/server/wire/run.ts";

function refusal(schema: TSchema, value: unknown): unknown[] {
  try {
    parser(schema)(value);
  } catch (error) {
    if (error instanceof ApiFailure) return [error.message, error.param, error.code];
    throw error;
  }
  throw new Error("accepted");
}

const fn = (more: object) => [{ type: "function", function: more }];
const long = (length: number) => "k".repeat(length);
const pairs = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, "v"]));

test.each<[object, string, string | null, string]>([
  [{ model: 3 }, "Invalid type for 'model': expected a string, but got an integer instead.", "model", "invalid_type"],
  [{ model: null }, "Invalid type for 'model': expected a string, but got null instead.", "model", "invalid_type"],
  [
    { model: "" },
    "Invalid 'model': empty string. Expected a string with minimum length 1, but got an empty string instead.",
    "model",
    "empty_string",
  ],
  [{ model: undefined }, "Missing required parameter: 'model'.", "model", "missing_required_parameter"],
  [{ foo: 1 }, "Unknown parameter: 'foo'.", "foo", "unknown_parameter"],
  [
    { metadata: { modified: true } },
    "Invalid type for 'metadata.modified': expected a string, but got a boolean instead.",
    "metadata.modified",
    "invalid_type",
  ],
  [
    { metadata: "x" },
    "Invalid type for 'metadata': expected an object, but got a string instead.",
    "metadata",
    "invalid_type",
  ],
  [
    { metadata: pairs },
    "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
    "metadata",
    "object_above_max_properties",
  ],
  [
    { metadata: { k: long(513) } },
    "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
    "metadata.k",
    "string_above_max_length",
  ],
  [
    { metadata: { [long(65)]: "v" } },
    "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    `metadata.${long(65)}`,
    "property_name_above_max_length",
  ],
  [
    { name: long(257) },
    "Invalid 'name': string too long. Expected a string with maximum length 256, but got a string with length 257 instead.",
    "name",
    "string_above_max_length",
  ],
  [
    { temperature: 2.5 },
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
    "temperature",
    "decimal_above_max_value",
  ],
  [
    { top_p: -1 },
    "Invalid 'top_p': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
    "top_p",
    "decimal_below_min_value",
  ],
  [
    { temperature: "hot" },
    "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    "temperature",
    "invalid_type",
  ],
  [
    { tools: 4 },
    "Invalid type for 'tools': expected an array of objects, but got an integer instead.",
    "tools",
    "invalid_type",
  ],
  [
    { tools: ["x"] },
    "Invalid type for 'tools[0]': expected an object, but got a string instead.",
    "tools[0]",
    "invalid_type",
  ],
  [
    { tools: Array.from({ length: 129 }, () => ({ type: "file_search" })) },
    "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
    "tools",
    "array_above_max_length",
  ],
  [{ tools: [{}] }, "Missing required parameter: 'tools[0].type'.", "tools[0].type", "missing_required_parameter"],
  [
    { tools: [{ type: 1 }] },
    "Invalid type for 'tools[0].type': expected one of 'code_interpreter', 'file_search', or 'function', but got an integer instead.",
    "tools[0].type",
    "invalid_type",
  ],
  [
    { tools: [{ type: "retrieval" }] },
    "Invalid value: 'retrieval'. Supported values are: 'code_interpreter', 'file_search', and 'function'.",
    "tools[0].type",
    "invalid_value",
  ],
  [
    { tools: [{ type: "function" }] },
    "Missing required parameter: 'tools[0].function'.",
    "tools[0].function",
    "missing_required_parameter",
  ],
  [
    { tools: fn({}) },
    "Missing required parameter: 'tools[0].function.name'.",
    "tools[0].function.name",
    "missing_required_parameter",
  ],
  [
    { tools: fn({ name: "a b" }) },
    "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "tools[0].function.name",
    "invalid_value",
  ],
  [
    { tools: fn({ name: "a", parameters: [] }) },
    "Invalid type for 'tools[0].function.parameters': expected an object, but got an array instead.",
    "tools[0].function.parameters",
    "invalid_type",
  ],
  [
    { response_format: 3 },
    "Invalid type for 'response_format': expected one of 'auto' or object, but got an integer instead.",
    "response_format",
    "invalid_type",
  ],
  [
    { response_format: { type: "xml" } },
    "Invalid value: 'xml'. Supported values are: 'text', 'json_object', and 'json_schema'.",
    "response_format.type",
    "invalid_value",
  ],
  [
    { response_format: { type: "json_schema", json_schema: {} } },
    "Missing required parameter: 'response_format.json_schema.name'.",
    "response_format.json_schema.name",
    "missing_required_parameter",
  ],
  [
    { tool_resources: { code_interpreter: { file_ids: Array.from({ length: 21 }, () => "file-a") } } },
    "Invalid 'tool_resources.code_interpreter.file_ids': array too long. Expected an array with maximum length 20, but got an array with length 21 instead.",
    "tool_resources.code_interpreter.file_ids",
    "array_above_max_length",
  ],
])("an assistant with %j", (more, ...expected) => {
  // As JSON, so that what is undefined is absent.
  const body: unknown = JSON.parse(JSON.stringify({ model: "m", ...more }));
  expect(refusal(CreateAssistant, body)).toEqual(expected);
});

test.each<[object, string, string | null, string]>([
  [
    { role: "system" },
    "Invalid value: 'system'. Supported values are: 'user' and 'assistant'.",
    "role",
    "invalid_value",
  ],
  [
    { content: 7 },
    "Invalid type for 'content': expected one of a string or array of objects, but got an integer instead.",
    "content",
    "invalid_type",
  ],
  [
    { content: [] },
    "Invalid 'content': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    "content",
    "empty_array",
  ],
  [
    { content: [{ type: "text" }] },
    "Missing required parameter: 'content[0].text'.",
    "content[0].text",
    "missing_required_parameter",
  ],
  [
    { attachments: [{ file_id: "file-a" }] },
    "Missing required parameter: 'attachments[0].tools'.",
    "attachments[0].tools",
    "missing_required_parameter",
  ],
])("a message with %j", (more, ...expected) => {
  expect(refusal(CreateMessage, { role: "user", content: "x", ...more })).toEqual(expected);
});

test.each<[object, string, string | null, string]>([
  [
    { max_prompt_tokens: 10 },
    "Invalid 'max_prompt_tokens': integer below minimum value. Expected a value >= 256, but got 10 instead.",
    "max_prompt_tokens",
    "integer_below_min_value",
  ],
  [
    { max_completion_tokens: 300.5 },
    "Invalid type for 'max_completion_tokens': expected an integer, but got a decimal number instead.",
    "max_completion_tokens",
    "invalid_type",
  ],
  [
    { tool_choice: 7 },
    "Invalid type for 'tool_choice': expected one of one of 'none', 'auto', or 'required' or object, but got an integer instead.",
    "tool_choice",
    "invalid_type",
  ],
  [
    { tool_choice: "any" },
    "Invalid value: 'any'. Supported values are: 'none', 'auto', and 'required'.",
    "tool_choice",
    "invalid_value",
  ],
  [
    { tool_choice: { type: "function" } },
    "Missing required parameter: 'tool_choice.function'.",
    "tool_choice.function",
    "missing_required_parameter",
  ],
  [
    { stream: "yes" },
    "Invalid type for 'stream': expected a boolean, but got a string instead.",
    "stream",
    "invalid_type",
  ],
  [
    { additional_messages: [{ role: "x", content: "y" }] },
    "Invalid value: 'x'. Supported values are: 'user' and 'assistant'.",
    "additional_messages[0].role",
    "invalid_value",
  ],
])("a run with %j", (more, ...expected) => {
  expect(refusal(CreateRun, { assistant_id: "asst_1", ...more })).toEqual(expected);
});

test("a body that is not an object is reported as such", () => {
  expect(refusal(Type.Object({}), [1])).toEqual([
    "Invalid type for the request body: expected an object, but got an array instead.",
    null,
    "invalid_type",
  ]);
});
