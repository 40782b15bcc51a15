import { stemFrom } from "../../project/write/names.ts";
import type { SeenConversation } from "./conversation.ts";

const longest = 48;
/** The number of characters of a name that are considered. */
const longestTitle = 500;
/** Meaningless ids: API ids, UUIDs, hashes, numbers. */
const meaningless =
  /^(?:(?:thread|resp|conv|run|chatcmpl|msg|session|call|conversation|dialogue|example|item)[-_ ]?)?[0-9a-f-]*\d[0-9a-f_-]*$|^(?:thread|resp|conv|run|chatcmpl|msg|sess)[-_]\w+$/i;

/** The title of a conversation: its own name if it is meaningful, else `null`. */
export function titleOf({ name }: SeenConversation): string | null {
  const title = name?.slice(0, longestTitle).replaceAll(/\s+/g, " ").trim() ?? "";
  return title === "" || meaningless.test(title) || !/\p{L}{3}/u.test(title) ? null : title;
}

const greeting =
  /^\W*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten tag|bonjour|hola)\b(?: there| team| all)?[\s,.!:]*)+/i;
const aboutOneself = /\b(?:[Mm]y name is|[Ii] am|[Ii]'m|[Tt]his is) [\p{Lu}][^.,;:!?()]*[.,;:!?]?|\([^)]*\)|\S+@\S+/gu;

/** The text after a greeting and an introduction, where the request begins. */
function withoutGreeting(text: string): string {
  return text.slice(0, 1000).replace(greeting, "").replaceAll(aboutOneself, " ").trim();
}

/** The file name of a conversation, from its name or else from the first user message. */
export function stemOf(conversation: SeenConversation): string {
  const first = conversation.turns[0]?.user ?? "";
  const words = stemFrom(titleOf(conversation) ?? (withoutGreeting(first) || first), "conversation");
  if (words.length <= longest) return words;
  const cut = words.slice(0, longest + 1).replace(/-[^-]*$/, "");
  return cut.slice(0, longest);
}
