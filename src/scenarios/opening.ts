import type { OpeningMessage } from "../targets/target.ts";
import type { ExpandedScenario } from "./expand.ts";
import { fillText } from "./fill.ts";

/** The messages that stand in the thread before the first turn. */
export function openingOf({ declared, scope }: ExpandedScenario): OpeningMessage[] {
  return (declared.value.thread?.messages ?? []).map((message, index) => {
    const [role, text] =
      "user" in message ? (["user", message.user] as const) : (["assistant", message.assistant] as const);
    return { role, text: fillText(declared, ["thread", "messages", index, role], text, scope) };
  });
}

/** The thread's metadata. */
export function threadMetadataOf({ declared, scope }: ExpandedScenario): Record<string, string> {
  const filled = Object.entries(declared.value.thread?.metadata ?? {}).map(
    ([key, text]) => [key, fillText(declared, ["thread", "metadata", key], text, scope)] as const,
  );
  return Object.fromEntries(filled);
}
