import type { Path } from "../../project/project.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { asText } from "../fill.ts";
import { show } from "../matcher/json.ts";
import { neverFails } from "./fragments.ts";
import type { Fault } from "./subject.ts";

const Long = Type.Object(
  {
    text: Type.String({ description: "The text." }),
    ignore_case: Type.Optional(Type.Boolean({ description: "Upper and lower case are the same." })),
  },
  closed,
);
const Text = Type.Union([Type.String(), Long]);
type WrittenText = Static<typeof Text>;

/** Several texts; one at least. */
export const textList = (description: string) => Type.Array(Text, { minItems: 1, description });

/** One text, or several. */
export const texts = (description: string) =>
  Type.Union([Type.String(), Long, Type.Array(Text, { minItems: 1 })], {
    description: `${description} { text: ..., ignore_case: true } takes upper and lower case for the same.`,
  });

/** A text, and its place from the subject's own. */
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

/** The text; an expression may have made a number of it. */
export const textOf = ({ text }: Pick<TextAt, "text">): string => asText(text);

/** The part of another text that a text is; `null` when it does not stand in it. */
export function findText(one: TextAt, whole: string): string | null {
  const text = textOf(one);
  const at = one.ignoresCase ? whole.toLowerCase().indexOf(text.toLowerCase()) : whole.indexOf(text);
  return at === -1 ? null : whole.slice(at, at + text.length);
}

/** A text in the words of a sentence. */
export function showText(one: TextAt): string {
  return `${show(textOf(one))}${one.ignoresCase ? " in any case" : ""}`;
}

/** The texts that are part of every text. */
export function emptyTexts(all: readonly TextAt[]): Fault[] {
  return all
    .filter(({ text }) => text === "")
    .map(({ at }) => neverFails(at, "every text contains the empty one", "Write a text that must be there."));
}
