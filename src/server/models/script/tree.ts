import type { SpokenText } from "../../../project/script.ts";
import { showSpoken, spokenPattern, type SpokenPattern } from "./find.ts";

/** A conversation known beforehand: what its user says, and what the model does in each turn (`null`: nothing is written). */
export interface KnownConversation<Steps> {
  id: string;
  assistantName: string | null;
  opening: readonly string[];
  turns: readonly KnownSaying<Steps>[];
}

/** What a user says in a turn, and what the model does then; `others` may be said instead, and an optional turn may be left out. */
interface KnownSaying<Steps> {
  user: SpokenText;
  steps: Steps | null;
  others?: readonly { user: SpokenText; steps: Steps | null }[];
  isOptional?: boolean;
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
  /** Which of several things was said, from 1; `null` when there was only one. */
  choice: number | null;
  steps: Steps | null;
  /** How many messages up to here have holes. */
  holed: number;
  /** The place of the conversation among all. */
  order: number;
}

/**
 * A place in a tree of conversations, reached by a sequence of user messages: exact ones go by key, those with holes are tried. What a user
 * may say or leave out branches, and the branches of one conversation meet again in the next turn.
 */
export interface Place<Steps> {
  exact: Map<string, Ways<Steps>>;
  holed: Map<string, Ways<Steps> & { pattern: SpokenPattern }>;
  /** The message that leads here, in every conversation that has it. */
  messages: KnownMessage[];
  turns: KnownTurn<Steps>[];
}

/** Where a message leads. */
export interface Ways<Steps> {
  /** The place of all conversations that have said the same so far; `null` when there is none. */
  shared: Place<Steps> | null;
  /** Places where branches of one conversation meet. */
  own: Place<Steps>[];
}

/** The tree of all conversations; its size grows with the number of messages, finding does not. */
export function growTree<Steps>(conversations: readonly KnownConversation<Steps>[]): Place<Steps> {
  const root = newPlace<Steps>();
  for (const [order, conversation] of conversations.entries()) grow(root, conversation, order);
  return root;
}

function grow<Steps>(root: Place<Steps>, { id, ...conversation }: KnownConversation<Steps>, order: number): void {
  let places = [root];
  let holed = 0;
  for (const text of conversation.opening) places = [descend(places, [text], id, null)];
  for (const [turn, { user, steps, others = [], isOptional = false }] of conversation.turns.entries()) {
    const choices = [{ user, steps }, ...others];
    if (choices.some((choice) => hasHoles(choice.user))) holed += 1;
    const next = choices.map((choice, index) => {
      const place = descend(places, choice.user, id, turn);
      const number = choices.length === 1 ? null : index + 1;
      place.turns.push({
        conversation: { id, ...conversation },
        turn,
        choice: number,
        steps: choice.steps,
        holed,
        order,
      });
      return place;
    });
    places = isOptional ? [...next, ...places] : next;
  }
}

/** The place that a message leads to from any of these. */
function descend<Steps>(
  from: readonly Place<Steps>[],
  user: SpokenText,
  conversationId: string,
  turn: number | null,
): Place<Steps> {
  const text = showSpoken(user);
  const ways = from.map((place) => (hasHoles(user) ? holedWays(place, user, text) : exactWays(place, text)));
  const [only, ...more] = ways;
  const place = (more.length === 0 ? only?.shared : null) ?? newPlace<Steps>();
  for (const each of ways) {
    if (more.length === 0) each.shared = place;
    else each.own.push(place);
  }
  place.messages.push({ text, conversationId, turn });
  return place;
}

function exactWays<Steps>(from: Place<Steps>, text: string): Ways<Steps> {
  const ways = from.exact.get(text) ?? { shared: null, own: [] };
  from.exact.set(text, ways);
  return ways;
}

function holedWays<Steps>(from: Place<Steps>, user: SpokenText, key: string): Ways<Steps> {
  const ways = from.holed.get(key) ?? { pattern: spokenPattern(user), shared: null, own: [] };
  from.holed.set(key, ways);
  return ways;
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
    ...turns.flatMap(({ user, others = [] }, turn) =>
      [{ user }, ...others].map((choice) => ({ text: showSpoken(choice.user), conversationId: id, turn })),
    ),
  ]);
}
