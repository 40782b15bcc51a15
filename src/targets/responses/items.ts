import type { JsonObject } from "../../kit/json.ts";
import type { Attachment, FunctionCall, OpeningMessage, ToolOutput } from "../target.ts";

/** One item of a conversation as the API has it: a message, a call, the output of a call, or an unknown item. */
export type Item = JsonObject;

/** An uploaded file that is attached to a message. */
export interface AttachedFile extends Omit<Attachment, "file"> {
  id: string;
}

/** A user message with the images that are shown with it. Files for tools are part of the tools instead. */
export function userItem(text: string, attached: readonly AttachedFile[]): Item {
  const shown = attached.filter(({ isShown }) => isShown);
  const images = shown.map(({ id }) => ({ type: "input_image", file_id: id, detail: "auto" }));
  const content = images.length === 0 ? text : [{ type: "input_text", text }, ...images];
  return { type: "message", role: "user", content };
}

/** The output of a call. */
export function outputItem({ callId, output }: ToolOutput): Item {
  return { type: "function_call_output", call_id: callId, output };
}

/** Outputs for calls that were abandoned: every call of a response must be answered, or the API accepts no further input. */
export function withdrawn(calls: readonly FunctionCall[]): Item[] {
  return calls.map(({ callId }) => outputItem({ callId, output: '{"error":"The call was cancelled."}' }));
}

/** The items that a conversation starts with. */
export function openingItems(messages: readonly OpeningMessage[]): Item[] {
  return messages.flatMap((message, index): Item[] => {
    if (message.role !== "call") return [{ type: "message", role: message.role, content: message.text }];
    const { name, arguments: written, output } = message;
    const callId = `call_told_${index + 1}`;
    return [{ type: "function_call", call_id: callId, name, arguments: written }, outputItem({ callId, output })];
  });
}
