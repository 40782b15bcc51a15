import { asText, isObject, parseShallowJson, someTextOrNull, type JsonObject } from "../../../kit/json.ts";
import type { SeenTool } from "../conversation.ts";
import { type Marks, takeMarked } from "./marked-parts.ts";
import { parsePythonLiteral } from "./python-literal.ts";

/** The functions that are listed with a conversation, as a list in the form of any API, or as the text of one. */
export function toolsIn(value: unknown): SeenTool[] {
  const list = typeof value === "string" ? (parseShallowJson(value) ?? parsePythonLiteral(value)) : value;
  const all = Array.isArray(list) ? list : isObject(list) ? [list] : [];
  return all.flatMap((each) => toolOf(typeof each === "string" ? parseShallowJson(each) : each) ?? []);
}

const described: Marks = { begin: /<tools>/g, end: /<\/tools>/g, needsEnd: true };

/** The functions that instructions describe, such as `<tools>` of Hermes and Qwen. */
export function toolsInText(text: string): SeenTool[] {
  const [inner] = takeMarked(text, described).parts;
  if (inner === undefined) return [];
  const whole = toolsIn(inner);
  return whole.length > 0 ? whole : inner.split("\n").flatMap((line) => toolsIn(line));
}

function toolOf(value: unknown): SeenTool | null {
  if (!isObject(value)) return null;
  const inner = isObject(value["function"]) ? value["function"] : value;
  const name = asText(inner["name"]);
  if (name === "") return null;
  const schema = inner["parameters"] ?? inner["input_schema"] ?? inner["inputSchema"];
  return { name, description: someTextOrNull(inner["description"]), parameters: schemaOf(schema) };
}

/** A JSON Schema of an object; `null` for anything else, such as the parameter lists of some data sets. */
function schemaOf(value: unknown): JsonObject | null {
  const schema = typeof value === "string" ? parseShallowJson(value) : value;
  return isObject(schema) && schema["type"] === "object" && isObject(schema["properties"] ?? {}) ? schema : null;
}
