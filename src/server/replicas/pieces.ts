import type { Json } from "../../kit/json.ts";

/** The label of a piece of a message. `number` counts the messages of one sender to one address, from 1; `index` counts the pieces of one message. */
interface Label {
  from: string;
  number: number;
  index: number;
  count: number;
}

/** The longest label, in bytes: an address of up to 100, and three numbers. */
const labelSize = 160;

/** A message split into texts of at most `size` bytes each, in UTF-8. `from` has no blank. */
export function cut(message: Json, { from, number }: Pick<Label, "from" | "number">, size: number): string[] {
  const bytes = Buffer.from(JSON.stringify(message));
  const room = size - labelSize;
  const parts: string[] = [];
  for (let begin = 0; begin < bytes.length;) {
    let end = Math.min(bytes.length, begin + room);
    // Characters are not split: their continuation bytes begin with the bits 10.
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    parts.push(bytes.toString("utf8", begin, end));
    begin = end;
  }
  return parts.map((part, index) => `${from} ${number} ${index} ${parts.length} ${part}`);
}

/** The result of a piece: a complete message, and whether something before it was missed. */
export interface Joined {
  from: string;
  message: Json | null;
  missed: boolean;
}

/** Joins the pieces that arrive at one address, from any number of senders. The pieces of each sender arrive in order, or are missing. */
export interface Joiner {
  /** `null` for a text that is not a piece. */
  take(text: string): Joined | null;
  /** Forgets incomplete messages and the senders' counts: what arrives next counts as the next message. */
  restart(): void;
}

interface Sender {
  number: number;
  parts: string[];
  count: number;
}

/** Creates an empty joiner; a sender's count begins with its first complete message. */
export function createJoiner(): Joiner {
  const senders = new Map<string, Sender>();
  return {
    take(text) {
      const piece = parsePiece(text);
      if (!piece) return null;
      const { from, number, index, count, part } = piece;
      const before = senders.get(from);
      const continues = before?.number === number && before.parts.length === index && before.count === count;
      const follows = index === 0 && (before === undefined || (isWhole(before) && before.number + 1 === number));
      // Either the middle of a message, or with others missing before it: a message without its first piece is lost.
      const missed = !continues && !follows;
      const sender = continues ? before : { number, parts: [], count };
      if (continues || index === 0) sender.parts.push(part);
      senders.set(from, sender);
      const message = isWhole(sender) ? (JSON.parse(sender.parts.join("")) as Json) : null;
      return { from, message, missed };
    },
    restart: () => senders.clear(),
  };
}

function isWhole({ parts, count }: Sender): boolean {
  return parts.length === count;
}

const form = /^(\S+) (\d+) (\d+) (\d+) (.*)$/s;

function parsePiece(text: string): (Label & { part: string }) | null {
  const [, from, number, index, count, part] = form.exec(text) ?? [];
  if (from === undefined || part === undefined) return null;
  return { from, number: Number(number), index: Number(index), count: Number(count), part };
}
