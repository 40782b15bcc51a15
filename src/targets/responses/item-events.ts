import { type JsonObject, asText, numberOrNull, objectsOf } from "../../kit/json.ts";
import type { Citation, MessagePhase, TurnEvent } from "../target.ts";
import type { Item } from "./items.ts";

/** The turn events of a complete item; none for function calls, which are reported together, for reasoning, and for unknown items. */
export function eventsOfItem(item: Item): TurnEvent[] {
  switch (item.type) {
    case "message":
      return item.role === "assistant" || item.role === undefined ? [messageEvent(item)] : [];
    case "code_interpreter_call":
      return [codeEvent(item)];
    case "file_search_call":
      return [searchEvent(item)];
    default:
      return [];
  }
}

function messageEvent(item: Item): TurnEvent {
  const phase = phaseOf(item);
  return {
    kind: "message",
    text: textOfItem(item),
    citations: citationsOf(item),
    files: filesOf(item),
    ...(phase !== null && { phase }),
  };
}

function phaseOf({ phase }: Item): MessagePhase | null {
  return phase === "commentary" || phase === "final_answer" ? phase : null;
}

/** The text of a message, in either form of its content. */
export function textOfItem({ content }: Item): string {
  if (typeof content === "string") return content;
  return objectsOf(content)
    .map((part) => asText(part.type === "refusal" ? part.refusal : part.text))
    .join("");
}

/** The citations of a message. They have no mark in the text, only an index into it. */
function citationsOf(item: Item): Citation[] {
  return annotationsOf(item, "file_citation").map(({ file_id: fileId, filename, index }) => {
    const at = numberOrNull(index) ?? 0;
    return { text: asText(filename) || asText(fileId), fileId: asText(fileId), start: at, end: at };
  });
}

function filesOf(item: Item): string[] {
  const made = [...annotationsOf(item, "container_file_citation"), ...annotationsOf(item, "file_path")];
  return [...new Set(made.map(({ file_id: id }) => asText(id)).filter((id) => id !== ""))];
}

/** The annotations of one type in a message. */
export function annotationsOf({ content }: Item, type: string): JsonObject[] {
  return objectsOf(content)
    .flatMap(({ annotations }) => objectsOf(annotations))
    .filter((annotation) => annotation.type === type);
}

function codeEvent(item: Item): TurnEvent {
  const outputs = objectsOf(item.outputs);
  return {
    kind: "code",
    callId: asText(item.id),
    input: asText(item.code),
    logs: outputs.map(({ logs }) => asText(logs)).join(""),
    images: drawnIn(item).map(({ id }) => id),
  };
}

/** Images that are inline in the outputs of code, not files of its container. */
export function drawnIn(item: Item): { id: string; url: string }[] {
  return objectsOf(item.outputs)
    .filter(({ type, url }) => type === "image" && typeof url === "string" && url !== "")
    .map(({ url }, index) => ({ id: `${asText(item.id)}-image-${index + 1}`, url: asText(url) }));
}

function searchEvent(item: Item): TurnEvent {
  const results = objectsOf(item.results).map(({ filename, file_id: id, score }) => ({
    file: asText(filename) || asText(id),
    score: numberOrNull(score) ?? 0,
  }));
  return { kind: "search", callId: asText(item.id), results };
}
