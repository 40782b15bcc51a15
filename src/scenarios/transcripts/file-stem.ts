import { stemFrom } from "../../project/write/names.ts";
import type { SeenConversation } from "./conversation.ts";

const longest = 48;
/** So much of a name is looked at. */
const longestTitle = 500;
/** Ids that say nothing: of APIs, UUIDs, hashes, numbers. */
const meaningless =
  /^(?:(?:thread|resp|conv|run|chatcmpl|msg|session|call|conversation|dialogue|example|item)[-_ ]?)?[0-9a-f-]*\d[0-9a-f_-]*$|^(?:thread|resp|conv|run|chatcmpl|msg|sess)[-_]\w+$/i;

/** What a conversation is called for people: its own name where it has one that says something; else `null`. */
export function titleOf({ name }: SeenConversation): string | null {
  const title = name?.slice(0, longestTitle).replaceAll(/\s+/g, " ").trim() ?? "";
  return title === "" || meaningless.test(title) || !/\p{L}{3}/u.test(title) ? null : title;
}

const greeting =
  /^\W*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten tag|bonjour|hola)\b(?: there| team| all)?[\s,.!:]*)+/i;
const aboutOneself = /\b(?:[Mm]y name is|[Ii] am|[Ii]'m|[Tt]his is) [\p{Lu}][^.,;:!?()]*[.,;:!?]?|\([^)]*\)|\S+@\S+/gu;

/** What somebody wants is behind how they greet and who they are. */
function withoutGreeting(text: string): string {
  return text.slice(0, 1000).replace(greeting, "").replaceAll(aboutOneself, " ").trim();
}

/** What the file of a conversation is called: by its name, else by the first thing that the user says. */
export function stemOf(conversation: SeenConversation): string {
  const first = conversation.turns[0]?.user ?? "";
  const words = stemFrom(titleOf(conversation) ?? (withoutGreeting(first) || first), "conversation");
  if (words.length <= longest) return words;
  const cut = words.slice(0, longest + 1).replace(/-[^-]*$/, "");
  return cut.slice(0, longest);
}
