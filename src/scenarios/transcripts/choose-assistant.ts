import type { SeenConversation } from "./conversation.ts";
import { callsIn } from "./write/turn.ts";

/** The facts about an assistant of the project that help to find the assistant of a conversation. */
export interface KnownAssistant {
  /** Its file's name. */
  name: string;
  /** Its other names: its display name and its ids at targets. */
  aliases: readonly string[];
  functions: readonly string[];
}

/** The assistant of a conversation. `lacking`: functions were called that the assistant does not have, or that no single assistant has. */
export type Choice =
  | { kind: "found"; assistant: KnownAssistant }
  | { kind: "lacking"; assistant: KnownAssistant | null; functions: string[] }
  | { kind: "unclear"; fits: string[] };

/** Finds the assistant of a conversation: `wanted`, or else the one that its source names, or else the one that has the called functions. */
export function chooseAssistant(
  conversation: SeenConversation,
  assistants: readonly KnownAssistant[],
  wanted: KnownAssistant | null,
): Choice {
  const called = [...new Set(callsIn(conversation).map(({ name }) => name))];
  const lacking = ({ functions }: KnownAssistant) => called.filter((name) => !functions.includes(name));
  const { assistant: named } = conversation;
  const own =
    wanted ?? assistants.find(({ name, aliases }) => named === name || aliases.some((each) => each === named));
  if (own !== undefined) return withFunctions(own, lacking(own));
  const fits = assistants.filter((each) => lacking(each).length === 0);
  const [only, ...more] = fits;
  if (only !== undefined && more.length === 0) return { kind: "found", assistant: only };
  if (only !== undefined) {
    const fewest = Math.min(...fits.map(({ functions }) => functions.length));
    const smallest = fits.filter(({ functions }) => functions.length === fewest);
    const [closest, ...others] = called.length === 0 ? fits : smallest;
    if (closest !== undefined && others.length === 0) return { kind: "found", assistant: closest };
    return { kind: "unclear", fits: fits.map(({ name }) => name) };
  }
  const [single, ...several] = assistants;
  if (single !== undefined && several.length === 0) return withFunctions(single, lacking(single));
  const all = new Set(assistants.flatMap(({ functions }) => functions));
  const nowhere = called.filter((name) => !all.has(name));
  return { kind: "lacking", assistant: null, functions: nowhere.length > 0 ? nowhere : called };
}

function withFunctions(assistant: KnownAssistant, functions: string[]): Choice {
  return functions.length === 0 ? { kind: "found", assistant } : { kind: "lacking", assistant, functions };
}
