import type { JsonObject } from "../../kit/json.ts";
import type { Attachment, FunctionCall, OpeningMessage, ToolOutput } from "../target.ts";

/** One item of a conversation as the API has it: a message, a call, what a call was answered with, or something that nobody here knows. */
export type Item = JsonObject;

/** An uploaded file that goes with what is said. */
export interface AttachedFile extends Omit<Attachment, "file"> {
  id: string;
}

/** What the user says, with the images that are shown with it. What tools are to read goes along with the tools. */
export function userItem(text: string, attached: readonly AttachedFile[]): Item {
  const shown = attached.filter(({ isShown }) => isShown);
  const images = shown.map(({ id }) => ({ type: "input_image", file_id: id, detail: "auto" }));
  const content = images.length === 0 ? text : [{ type: "input_text", text }, ...images];
  return { type: "message", role: "user", content };
}

/** The answer to a call. */
export function outputItem({ callId, output }: ToolOutput): Item {
  return { type: "function_call_output", call_id: callId, output };
}

/** What calls are answered with that the conversation goes on without: every call of a response has to be answered, or the API takes nothing more. */
export function withdrawn(calls: readonly FunctionCall[]): Item[] {
  return calls.map(({ callId }) => outputItem({ callId, output: '{"error":"The call was cancelled."}' }));
}

/** What a conversation begins with. */
export function openingItems(messages: readonly OpeningMessage[]): Item[] {
  return messages.flatMap((message, index): Item[] => {
    if (message.role !== "call") return [{ type: "message", role: message.role, content: message.text }];
    const { name, arguments: written, output } = message;
    const callId = `call_told_${index + 1}`;
    return [{ type: "function_call", call_id: callId, name, arguments: written }, outputItem({ callId, output })];
  });
}
