import { shortHashOfText } from "../../kit/hash.ts";
import type { Place } from "../../problem.ts";
import { instructionParts, type InstructionPart } from "../../project/instructions.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import { type Locator, locatorOf } from "../../project/source.ts";

/** A paragraph or list item of instructions, which can be left out as a unit. */
export interface Paragraph {
  /** The part of the instructions that it is in. */
  part: InstructionPart;
  /** Offsets in characters in that part's text, excluding the blank lines after the paragraph. */
  start: number;
  end: number;
  text: string;
  /** Equal for equal words, wherever they are. */
  hash: string;
  place: Place;
}

/** The paragraphs of an assistant's instructions, in order, as written. Headings do not count, because alone they request nothing. */
export function paragraphsOf(declared: Declared<WrittenAssistant>, texts: ReadonlyMap<string, string>): Paragraph[] {
  return instructionParts(declared, texts).flatMap((part) => {
    const locate = locatorIn(declared, part);
    return splitParagraphs(part.text).map(({ start, end }): Paragraph => {
      const text = part.text.slice(start, end);
      const hash = shortHashOfText(text.replaceAll(/\s+/g, " ").trim());
      return { part, start, end, text, hash, place: locate(start, end) };
    });
  });
}

/**
 * The place of a span of a part of the instructions. YAML may indent a text and break its lines differently, so for a text in YAML the
 * first words of the span are searched for.
 */
export function locatorIn(declared: Declared<WrittenAssistant>, { path, file, text }: InstructionPart): Locator {
  if (file !== null) return locatorOf(file, text);
  return (start, end) => {
    const [first = ""] = firstWords.exec(text.slice(start, end)) ?? [];
    return declared.place(path, { text: first, start: 0, end: first.length });
  };
}

const firstWords = /^\S+(?:[^\S\n]\S+){0,3}/;

const heading = /^\s{0,3}#{1,6}(?:\s|$)/;
const listItem = /^\s{0,3}(?:[-*+]|\d{1,9}[.)])\s/;
const fence = /^\s{0,3}(?:```|~~~)/;

/** The spans of paragraphs and list items in a Markdown text; a fenced code block belongs to the paragraph before it. */
export function splitParagraphs(text: string): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let current: { start: number; end: number } | null = null;
  let isFenced = false;
  let offset = 0;
  for (const line of text.split("\n")) {
    const start = offset;
    offset += line.length + 1;
    const end = start + line.trimEnd().length;
    const isFence = fence.test(line);
    if (!isFenced && !isFence && (line.trim() === "" || heading.test(line))) {
      current = null;
      continue;
    }
    if (isFence) isFenced = !isFenced;
    if (current === null || (!isFenced && listItem.test(line))) {
      current = { start, end };
      spans.push(current);
    } else current.end = end;
  }
  return spans;
}
