import { asObject, asText, isObject, type JsonObject } from "../../../kit/json.ts";

/** The content of a message, whatever its form. */
export interface Content {
  text: string;
  refusal: string | null;
  /** The names of attachments, or their types if they have no name. */
  files: string[];
  /** Parts that are tool calls or answers, which some APIs put into the content. */
  calls: JsonObject[];
  answers: JsonObject[];
  /** The types of unknown parts. */
  unknown: string[];
}

const textTypes = new Set(["text", "input_text", "output_text", "summary_text"]);
const hidden = new Set(["thinking", "redacted_thinking", "reasoning"]);

/** The keys of the content in messages. */
const contentKeys = ["content", "value", "text", "utterance", "message", "body", "parts"] as const;

/** True for an object that has content under one of the usual keys. */
export function hasContent(message: JsonObject): boolean {
  return contentKeys.some((key) => Object.hasOwn(message, key));
}

/** Reads the content of a message: a text, parts, or an object with one of these. */
export function contentOf(message: JsonObject): Content {
  const content: Content = { text: "", refusal: null, files: [], calls: [], answers: [], unknown: [] };
  const key = contentKeys.find((each) => message[each] !== undefined && message[each] !== null);
  const texts: string[] = [];
  if (key !== undefined) read(message[key], content, texts, 0);
  if (typeof message["refusal"] === "string" && message["refusal"] !== "") content.refusal = message["refusal"];
  for (const name of attachmentsOf(message)) content.files.push(name);
  content.text = texts.join("\n");
  return content;
}

function read(value: unknown, content: Content, texts: string[], depth: number): void {
  if (typeof value === "string") texts.push(value);
  else if (typeof value === "number" || typeof value === "boolean") texts.push(String(value));
  else if (Array.isArray(value) && depth < 4) for (const each of value) read(each, content, texts, depth + 1);
  else if (isObject(value)) readPart(value, content, texts, depth);
}

function readPart(part: JsonObject, content: Content, texts: string[], depth: number): void {
  const { type } = part;
  const own = part["text"] ?? part["value"] ?? part["parts"] ?? part["content"];
  if (type === "refusal") content.refusal = asText(part["refusal"]);
  else if (type === "tool_use") content.calls.push(part);
  else if (type === "tool_result") content.answers.push(part);
  else if (typeof type === "string" && hidden.has(type)) return;
  else if (type === undefined || textTypes.has(asText(type))) {
    if (own !== undefined && depth < 4) read(own, content, texts, depth + 1);
  } else if (/image|file|audio|video|document/.test(asText(type))) content.files.push(fileName(part));
  else content.unknown.push(asText(type));
}

function fileName(part: JsonObject): string {
  const type = asText(part["type"]);
  const inner = asObject(part[type] ?? part["file"] ?? part["source"]);
  const name = [part["filename"], part["name"], inner["filename"], inner["name"], part["file_id"], inner["file_id"]];
  return asText(name.find((each) => typeof each === "string" && each !== "")) || type.replace(/^input_/, "");
}

function attachmentsOf(message: JsonObject): string[] {
  const { attachments } = message;
  if (!Array.isArray(attachments)) return [];
  return attachments
    .filter(isObject)
    .map((each) => asText(each["name"] ?? each["filename"] ?? each["file_id"]) || "file");
}
