import { parseJson } from "./json.ts";

/** A tool call in the history of a thread, with its output. */
export interface ToldCall {
  name: string;
  /** JSON. */
  arguments: string;
  output: string;
}

/**
 * The metadata key of a message whose text describes a call. A thread of the Assistants API has no messages for calls: the
 * embedded server converts it back to a call for the model, and any other server shows the model the text.
 */
export const toldCallKey = "playbill.call";

/** The text of a message that describes a call, and its metadata value for `toldCallKey`. */
export function tellCall({ name, arguments: written, output }: ToldCall): { text: string; mark: string } {
  return { text: before(name) + written + between + output + after, mark: `${written.length} ${name}` };
}

/** The call that a message describes; `null` when its text does not match its mark. */
export function toldCall(text: string, mark: string): ToldCall | null {
  const [, length = "", name = ""] = /^(\d+) ([\w-]+)$/.exec(mark) ?? [];
  const start = before(name).length;
  const end = start + Number(length);
  const written = text.slice(start, end);
  const isOne =
    name !== "" && text.startsWith(before(name)) && text.startsWith(between, end) && text.endsWith(after, text.length);
  if (!isOne || parseJson(written) === undefined) return null;
  return { name, arguments: written, output: text.slice(end + between.length, -after.length) };
}

const before = (name: string) => `[I called ${name} with `;
const between = "; it answered: ";
const after = "]";
