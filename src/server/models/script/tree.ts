import type { SpokenText } from "../../../project/script.ts";
import { showSpoken, spokenPattern, type SpokenPattern } from "./spoken.ts";

/** A conversation known beforehand: what its user says, and what the model does in each turn (`null`: nothing is written). */
export interface KnownConversation<Steps> {
  id: string;
  assistantName: string | null;
  opening: readonly string[];
  turns: readonly { user: SpokenText; steps: Steps | null }[];
}

/** One user message of a known conversation. `turn` is from 0; `null` in the opening. */
export interface KnownMessage {
  text: string;
  conversationId: string;
  turn: number | null;
}

/** A turn that a sequence of user messages leads to. */
export interface KnownTurn<Steps> {
  conversation: KnownConversation<Steps>;
  /** From 0. */
  turn: number;
  steps: Steps | null;
  /** How many messages up to here have holes. */
  holed: number;
  /** The place of the conversation among all. */
  order: number;
}

/** A place in a tree of conversations, reached by a sequence of user messages: exact ones go by key, those with holes are tried. */
export interface Place<Steps> {
  exact: Map<string, Place<Steps>>;
  holed: Map<string, { pattern: SpokenPattern; place: Place<Steps> }>;
  /** The message that leads here, in every conversation that has it. */
  messages: KnownMessage[];
  turns: KnownTurn<Steps>[];
}

/** The tree of all conversations; its size grows with the number of messages, finding does not. */
export function growTree<Steps>(conversations: readonly KnownConversation<Steps>[]): Place<Steps> {
  const root = newPlace<Steps>();
  for (const [order, conversation] of conversations.entries()) grow(root, conversation, order);
  return root;
}

function grow<Steps>(root: Place<Steps>, conversation: KnownConversation<Steps>, order: number): void {
  let place = root;
  let holed = 0;
  for (const text of conversation.opening) place = descend(place, [text], conversation.id, null);
  for (const [turn, { user, steps }] of conversation.turns.entries()) {
    place = descend(place, user, conversation.id, turn);
    if (hasHoles(user)) holed += 1;
    place.turns.push({ conversation, turn, steps, holed, order });
  }
}

function descend<Steps>(
  from: Place<Steps>,
  user: SpokenText,
  conversationId: string,
  turn: number | null,
): Place<Steps> {
  const text = showSpoken(user);
  const place = hasHoles(user) ? holedPlace(from, user, text) : exactPlace(from, text);
  place.messages.push({ text, conversationId, turn });
  return place;
}

function exactPlace<Steps>(from: Place<Steps>, text: string): Place<Steps> {
  const place = from.exact.get(text) ?? newPlace<Steps>();
  from.exact.set(text, place);
  return place;
}

function holedPlace<Steps>(from: Place<Steps>, user: SpokenText, key: string): Place<Steps> {
  const child = from.holed.get(key) ?? { pattern: spokenPattern(user), place: newPlace<Steps>() };
  from.holed.set(key, child);
  return child.place;
}

function hasHoles(user: SpokenText): boolean {
  return user.some((part) => typeof part !== "string");
}

function newPlace<Steps>(): Place<Steps> {
  return { exact: new Map(), holed: new Map(), messages: [], turns: [] };
}

/** Every user message of every conversation, in order. */
export function knownMessages(conversations: readonly KnownConversation<unknown>[]): KnownMessage[] {
  return conversations.flatMap(({ id, opening, turns }) => [
    ...opening.map((text) => ({ text: showSpoken([text]), conversationId: id, turn: null })),
    ...turns.map(({ user }, turn) => ({ text: showSpoken(user), conversationId: id, turn })),
  ]);
}
