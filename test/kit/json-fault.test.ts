import { expect, test } from "vitest";
import { jsonFaultOf } from "../../src/kit/json-fault.ts";

function faultOf(text: string) {
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return jsonFaultOf(text, error);
  }
  throw new Error("it is JSON");
}

test.each([
  ["a position that is told", '{"a": 1,\n"b" 2}', "Expected ':' after property name", 13],
  ["the start of a long text", "description: My evaluation\nprompts: []", "Unexpected token 'd'", 0],
  ["the middle of a long text", `["${"a".repeat(30)}", oh, "${"b".repeat(30)}"]`, "Unexpected token 'o'", 35],
  ["the end of a long text", `["${"a".repeat(30)}", oh]`, "Unexpected token 'o'", 35],
  ["a short text", "no", "Unexpected token 'o'", 1],
  ["a text that is cut off", "[1, tru\n", "Unexpected token '\n'", 7],
  ["no text", "", "Unexpected end of JSON input", 0],
])("what is wrong with JSON is found where it stands: %s", (_, text, why, at) => {
  expect(faultOf(text)).toEqual({ why, at });
});
