import type { SeenConversation, SeenStep } from "./conversation.ts";

const toolOf: Partial<Record<SeenStep["kind"], string>> = { code: "code_interpreter", search: "file_search" };

/** The conversation without uses of built-in tools that the assistant does not have, with notes on what was left out. */
export function withoutBuiltIns(
  conversation: SeenConversation,
  tools: readonly string[],
): { conversation: SeenConversation; notes: string[] } {
  const steps = conversation.turns.flatMap((turn) => turn.steps);
  const missing = new Set(steps.flatMap(({ kind }) => toolOf[kind] ?? []).filter((tool) => !tools.includes(tool)));
  if (missing.size === 0) return { conversation, notes: [] };
  const turns = conversation.turns.map((turn) =>
    Object.assign({}, turn, { steps: turn.steps.filter(({ kind }) => !missing.has(toolOf[kind] ?? "")) }),
  );
  const notes = [...missing].map((tool) => `uses of ${tool}, which the assistant does not have`);
  return { conversation: { ...conversation, turns }, notes };
}

/** The functions among the names of an assistant's tools. */
export function functionsAmong(tools: readonly string[]): string[] {
  return tools.filter((name) => !Object.values(toolOf).includes(name));
}
