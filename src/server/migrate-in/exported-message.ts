import { type JsonObject, isObject, objectsOf, someTextOrNull } from "../../kit/json.ts";
import type { Annotation, Attachment, ContentPart, IncompleteReason, Message } from "../wire/message.ts";
import type { Exported, Surroundings } from "./exported.ts";
import type { Fields } from "./fields.ts";

/** Reads a message of a thread. */
export function readMessage(fields: Fields, around: Surroundings): Exported {
  // Scripts that export tables of messages use this name.
  const named = fields.textOrNull("message_id");
  const id = fields.text("id", named ?? undefined);
  const parent = fields.text("thread_id", around.threadId ?? undefined);
  const created = fields.time("created_at");
  const role = fields.text("role");
  if (role !== "user" && role !== "assistant") fields.wrong("role", `"user" or "assistant"`);
  const { parts, unknown } = contentOf(fields.any("content") ?? fields.any("text"));
  const attachments = objectsOf(fields.list("attachments")).flatMap(attachmentOf);
  const { reason } = fields.object("incomplete_details");
  const isIncomplete = fields.textOrNull("status") === "incomplete";
  const completedAt = fields.timeOrNull("completed_at");
  const incompleteAt = fields.timeOrNull("incomplete_at");
  const value: Message = {
    id,
    object: "thread.message",
    created_at: created,
    thread_id: parent,
    status: isIncomplete ? "incomplete" : "completed",
    incomplete_details: isIncomplete ? { reason: isReason(reason) ? reason : "run_failed" } : null,
    completed_at: isIncomplete ? null : (completedAt ?? created),
    incomplete_at: isIncomplete ? (incompleteAt ?? created) : null,
    role: role === "user" ? "user" : "assistant",
    content: parts,
    assistant_id: fields.textOrNull("assistant_id"),
    run_id: fields.textOrNull("run_id"),
    attachments,
    metadata: fields.metadata("metadata"),
  };
  const images = parts.flatMap((part) => (part.type === "image_file" ? [part.image_file.file_id] : []));
  const names = [...attachments.map(({ file_id: file }) => file), ...images];
  const leftOut = unknown.map((type) => `thread.message: content of type ${type}`);
  return { kind: "thread.message", key: id, parent, created, value, names, idle: [], leftOut };
}

const reasons = new Set<unknown>(["content_filter", "max_tokens", "run_cancelled", "run_expired", "run_failed"]);

function isReason(reason: unknown): reason is IncompleteReason {
  return reasons.has(reason);
}

function attachmentOf({ file_id: fileId, tools }: JsonObject): Attachment[] {
  if (typeof fileId !== "string") return [];
  const types = objectsOf(tools).flatMap(({ type }) =>
    type === "code_interpreter" || type === "file_search" ? [{ type } as const] : [],
  );
  return [{ file_id: fileId, tools: types }];
}

function contentOf(content: unknown): { parts: ContentPart[]; unknown: string[] } {
  if (typeof content === "string") return { parts: [textPart(content, [])], unknown: [] };
  const read = objectsOf(content).map((part) => partOf(part) ?? String(part.type));
  return {
    parts: read.filter((each) => typeof each !== "string"),
    unknown: read.filter((each) => typeof each === "string"),
  };
}

function textPart(value: string, annotations: Annotation[]): ContentPart {
  return { type: "text", text: { value, annotations } };
}

function partOf({ type, text, image_file: file, image_url: link, refusal }: JsonObject): ContentPart | null {
  if (type === "text" && typeof text === "string") return textPart(text, []);
  if (type === "text" && isObject(text) && typeof text.value === "string")
    return textPart(text.value, objectsOf(text.annotations).flatMap(annotationOf));
  if (type === "image_file" && isObject(file) && typeof file.file_id === "string")
    return { type, image_file: { file_id: file.file_id, detail: someTextOrNull(file.detail) ?? "auto" } };
  if (type === "image_url" && isObject(link) && typeof link.url === "string")
    return { type, image_url: { url: link.url, detail: someTextOrNull(link.detail) ?? "auto" } };
  return type === "refusal" && typeof refusal === "string" ? { type, refusal } : null;
}

function annotationOf(given: JsonObject): Annotation[] {
  const { type, text, start_index: start, end_index: end, file_citation: citation, file_path: path } = given;
  if (typeof text !== "string" || typeof start !== "number" || typeof end !== "number") return [];
  const place = { text, start_index: start, end_index: end };
  if (type === "file_citation" && isObject(citation) && typeof citation.file_id === "string")
    return [{ type, ...place, file_citation: { file_id: citation.file_id } }];
  if (type === "file_path" && isObject(path) && typeof path.file_id === "string")
    return [{ type, ...place, file_path: { file_id: path.file_id } }];
  return [];
}
