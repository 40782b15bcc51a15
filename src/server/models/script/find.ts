import type { SpokenText } from "../../../project/script.ts";
import { type Pattern, parsePattern } from "../../../schema/pattern.ts";

/** The turn that was found. `saved` has the texts matched by holes named `saved.NAME`. */
export interface FoundTurn<Steps> extends KnownTurn<Steps> {
  kind: "found";
  saved: Readonly<Record<string, string>>;
}

/** No turn matches the conversation. */
export interface Unmatched {
  kind: "unmatched";
  /** The number of messages that matched. */
  known: number;
  /** The messages that could have followed. */
  next: KnownMessage[];
}

interface Branch<Steps> {
  place: Place<Steps>;
  saved: Record<string, string>;
}

/**
 * Finds the turn by the user messages so far. Of several matches, one with steps takes precedence, then one for the assistant with this
 * name, then the one with fewer messages that match only through a hole, then the first one.
 */
export function findTurn<Steps>(
  tree: Place<Steps>,
  said: readonly string[],
  assistantName: string | null,
): FoundTurn<Steps> | Unmatched {
  let branches: Branch<Steps>[] = [{ place: tree, saved: {} }];
  for (const [known, text] of said.entries()) {
    const next = branches.flatMap((branch) => follow(branch, normalise(text)));
    if (next.length === 0) return unmatched(known, branches);
    // Branches that meet again are one.
    branches = [...new Map(next.toReversed().map((branch) => [branch.place, branch])).values()].toReversed();
  }
  const found = branches.flatMap(({ place, saved }) =>
    place.turns.map((turn) => ({ kind: "found" as const, ...turn, saved })),
  );
  const [first, ...others] = found;
  if (first === undefined) return unmatched(said.length, branches);
  const rank = ({ steps, conversation, holed, order }: FoundTurn<Steps>) => [
    steps === null ? 1 : 0,
    conversation.assistantName === assistantName ? 0 : 1,
    holed,
    order,
  ];
  return others.reduce<FoundTurn<Steps>>((best, each) => (isBefore(rank(each), rank(best)) ? each : best), first);
}

function follow<Steps>({ place, saved }: Branch<Steps>, text: string): Branch<Steps>[] {
  const exact = place.exact.get(text);
  const holed = [...place.holed.values()].flatMap((ways) => {
    const caught = matchSpoken(ways.pattern, text);
    return caught === null ? [] : placesOf(ways).map((next) => ({ place: next, saved: { ...saved, ...caught } }));
  });
  return exact === undefined ? holed : [...placesOf(exact).map((next) => ({ place: next, saved })), ...holed];
}

function placesOf<Steps>({ shared, own }: Ways<Steps>): Place<Steps>[] {
  return shared === null ? own : [shared, ...own];
}

function unmatched<Steps>(known: number, branches: Branch<Steps>[]): Unmatched {
  const next = branches.flatMap(({ place }) =>
    [...place.exact.values(), ...place.holed.values()].flatMap(placesOf).flatMap(({ messages }) => messages),
  );
  return { kind: "unmatched", known, next };
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((value, at) => value !== other[at]);
  return index >= 0 && (one[index] ?? 0) < (other[index] ?? 0);
}

/** A user message with holes, ready for matching. */
export interface SpokenPattern {
  expression: Pick<Pattern, "exec">;
  /** The expression in every hole, in the order of the groups. */
  holes: readonly string[];
}

/** A message normalised for comparison: no white space at the ends, `\n` line ends. */
export function normalise(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").trim();
}

/** A known user message as one text, its holes written as in the scenario. */
export function showSpoken(spoken: SpokenText): string {
  return normalise(spoken.map((part) => (typeof part === "string" ? part : `\${{ ${part.hole} }}`)).join(""));
}

/** The pattern of a message. A hole matches any text; repeated holes with the same expression match the same text. */
export function spokenPattern(spoken: SpokenText): SpokenPattern {
  const holes: string[] = [];
  const parts = spoken.map((part, index) => {
    if (typeof part === "string") return escape(trimOuter(part, index === 0, index === spoken.length - 1));
    const group = holes.indexOf(part.hole) + 1;
    if (group > 0) return `\\${group}(?:)`;
    holes.push(part.hole);
    return "([^]*?)";
  });
  const source = `^${parts.join("")}$`;
  // RE2 takes linear time for any number of holes, but does not support backreferences.
  const isPlain = holes.length === spoken.filter((part) => typeof part !== "string").length;
  if (isPlain) return { expression: parsePattern(source), holes };
  const native = new RegExp(source, "u");
  return { expression: { exec: (said) => native.exec(said) }, holes };
}

/** The texts of the holes that are exactly `saved.NAME`, by name; `null` when the message does not match. */
export function matchSpoken({ expression, holes }: SpokenPattern, said: string): Record<string, string> | null {
  const match = expression.exec(said);
  if (match === null) return null;
  const saved = holes.flatMap((hole, index) => {
    const name = /^saved\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(hole.trim())?.[1];
    return name === undefined ? [] : [[name, match[index + 1] ?? ""] as const];
  });
  return Object.fromEntries(saved);
}

function trimOuter(text: string, first: boolean, last: boolean): string {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  const begun = first ? lines.trimStart() : lines;
  return last ? begun.trimEnd() : begun;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A conversation known in advance: what its user says, and what the model does in each turn (`null`: not scripted). */
export interface KnownConversation<Steps> {
  id: string;
  assistantName: string | null;
  opening: readonly string[];
  turns: readonly KnownSaying<Steps>[];
}

/** What a user says in a turn, and what the model then does; `others` are alternatives, and an optional turn may be left out. */
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
  /** The number of the alternative that was said, from 1; `null` when there is only one. */
  choice: number | null;
  steps: Steps | null;
  /** The number of messages up to here that have holes. */
  holed: number;
  /** The index of the conversation among all. */
  order: number;
}

/**
 * A place in a tree of conversations, reached by a sequence of user messages: exact ones are looked up, those with holes are matched. What a user
 * may say or leave out branches, and the branches of one conversation meet again in the next turn.
 */
export interface Place<Steps> {
  exact: Map<string, Ways<Steps>>;
  holed: Map<string, Ways<Steps> & { pattern: SpokenPattern }>;
  /** The message that leads here, in every conversation that has it. */
  messages: KnownMessage[];
  turns: KnownTurn<Steps>[];
}

/** The places that a message leads to. */
export interface Ways<Steps> {
  /** The place of all conversations with the same messages so far; `null` when there is none. */
  shared: Place<Steps> | null;
  /** Places where branches of one conversation meet. */
  own: Place<Steps>[];
}

/** The tree of all conversations; its size grows with the number of messages, the search time does not. */
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
