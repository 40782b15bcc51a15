import type { ReasoningItem } from "../wire/item.ts";
import type { Tell } from "./message-writer.ts";

/** A reasoning item in progress. */
export interface ReasoningWriter {
  text(delta: string): void;
  /** Ends it, and returns the complete item. */
  end(): ReasoningItem;
}

/** Starts a reasoning item. Its text is published only if a summary was requested; the field that carries it from request to request is always set. */
export function beginReasoning(
  tell: Tell,
  { id, index, isSummarised }: { id: string; index: number; isSummarised: boolean },
): ReasoningWriter {
  let text = "";
  const at = { item_id: id, output_index: index, summary_index: 0 };
  const item = (encrypted: string, summary: ReasoningItem["summary"]): ReasoningItem => ({
    id,
    type: "reasoning",
    encrypted_content: encrypted,
    summary,
  });
  tell("response.output_item.added", { output_index: index, item: item("", []) });
  if (isSummarised) tell("response.reasoning_summary_part.added", { ...at, part: { type: "summary_text", text: "" } });
  return {
    text(delta) {
      text += delta;
      if (isSummarised) tell("response.reasoning_summary_text.delta", { ...at, delta });
    },
    end() {
      const part = { type: "summary_text" as const, text };
      if (isSummarised) {
        tell("response.reasoning_summary_text.done", { ...at, text });
        tell("response.reasoning_summary_part.done", { ...at, part });
      }
      // Opaque to clients, but not secret: the model's own text.
      const whole = item(Buffer.from(text).toString("base64url"), isSummarised ? [part] : []);
      tell("response.output_item.done", { output_index: index, item: whole });
      return whole;
    },
  };
}
