import type { Path } from "../../project/project.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { asText } from "../fill.ts";
import { show } from "../matcher/json.ts";
import { neverFails } from "./fragments.ts";
import type { Fault } from "./subject.ts";

const Long = Type.Object(
  {
    text: Type.String({ description: "The text.", examples: ["late"] }),
    ignore_case: Type.Optional(Type.Boolean({ description: "Ignore differences between upper and lower case." })),
  },
  closed,
);
const Text = Type.Union([Type.String(), Long]);
type WrittenText = Static<typeof Text>;

/** The schema of a list of at least one text. */
export const textList = (description: string, examples: string[][]) =>
  Type.Array(Text, { minItems: 1, description, examples });

/** The schema of one text or several. */
export const texts = (description: string, examples: string[]) =>
  Type.Union([Type.String(), Long, Type.Array(Text, { minItems: 1 })], {
    description: `${description} Write { text: ..., ignore_case: true } to ignore case.`,
    examples,
  });

/** A text and its place, relative to the subject's own. */
export interface TextAt {
  at: Path;
  text: string;
  ignoresCase: boolean;
}

/** Reads one text or several that are written under `key`. */
export function readTexts(written: WrittenText | readonly WrittenText[] | undefined, key: string): TextAt[] {
  if (written === undefined) return [];
  if (Array.isArray(written)) {
    return written.map((each: WrittenText, index) => readText(each, [key, index]));
  }
  return [readText(written as WrittenText, [key])];
}

function readText(written: WrittenText, at: Path): TextAt {
  return typeof written === "string"
    ? { at, text: written, ignoresCase: false }
    : { at: [...at, "text"], text: written.text, ignoresCase: written.ignore_case === true };
}

/** The text, as a string: an expression may have turned it into a number. */
export const textOf = ({ text }: Pick<TextAt, "text">): string => asText(text);

/** The part of another text that equals the text; `null` when it does not occur. */
export function findText(one: TextAt, whole: string): string | null {
  const text = textOf(one);
  const at = one.ignoresCase ? whole.toLowerCase().indexOf(text.toLowerCase()) : whole.indexOf(text);
  return at === -1 ? null : whole.slice(at, at + text.length);
}

/** A text as shown in a sentence. */
export function showText(one: TextAt): string {
  return `${show(textOf(one))}${one.ignoresCase ? " in any case" : ""}`;
}

/** The faults of empty texts, which every text contains. */
export function emptyTexts(all: readonly TextAt[]): Fault[] {
  return all
    .filter(({ text }) => text === "")
    .map(({ at }) => neverFails(at, "every text contains the empty text", "Write a text that must be there."));
}
