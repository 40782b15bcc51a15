import type { ReasoningItem } from "../wire/item.ts";
import type { Tell } from "./message-writer.ts";

/** A piece of reasoning on its way. */
export interface ReasoningWriter {
  text(delta: string): void;
  /** Ends it, and gives it whole. */
  end(): ReasoningItem;
}

/** Begins a piece of reasoning. Its words are told only when a summary was asked for; what carries them from request to request is always there. */
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
      // Opaque to clients, and nothing secret: the model's own words.
      const whole = item(Buffer.from(text).toString("base64url"), isSummarised ? [part] : []);
      tell("response.output_item.done", { output_index: index, item: whole });
      return whole;
    },
  };
}
