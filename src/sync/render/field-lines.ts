import { isSameWithoutBlanks } from "../../kit/difference.ts";
import { asText, isObject, objectsOf } from "../../kit/json.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { FieldView } from "../../resources/fields.ts";
import type { FieldChange } from "../plan/plan-format.ts";
import { diffParts } from "./parts-diff.ts";
import { diffSchema } from "./schema-diff.ts";
import { countLines, diffText } from "./text-diff.ts";
import { shortValue, valueChange, type Line, capped, indented } from "./line.ts";

/** The number of lines shown for a field without `--full`. */
const mostLines = 40;
/** Text longer than this, in characters, is shown as a diff, not as two values. */
const longText = 80;
const charsPerToken = 4;

/** The lines that show how a field changes: a heading and the details below it. */
export function fieldLines({ field, before, after }: FieldChange, view: FieldView, full: boolean): Line[] {
  const most = full ? Infinity : mostLines;
  const name = printableLine(field);
  if (view.kind === "parts") return partsLines(name, objectsOf(before), objectsOf(after), view, full);
  if (view.kind === "words") {
    const mark = before === null ? "+" : after === null ? "-" : "~";
    return [head(mark, `${name}: ${printableLine(view.words(before, after))}`)];
  }
  if (isLong(before) || isLong(after)) return textLines(name, asText(before), asText(after), full, most);
  if (view.kind === "schema" && hasKey(before, view.key) && hasKey(after, view.key)) {
    const lines = diffSchemas(before, after, full);
    if (lines.length > 0) return [head("~", name), ...indented(capped(lines, most))];
  }
  if (before === null) return [head("+", `${name}: ${shortValue(after, full)}`)];
  if (after === null) return [head("-", `${name}: ${shortValue(before, full)}`)];
  return [head("~", `${name}: ${valueChange(before, after, full)}`)];
}

function partsLines(
  name: string,
  before: readonly object[],
  after: readonly object[],
  view: Extract<FieldView, { kind: "parts" }>,
  full: boolean,
): Line[] {
  const mark = before.length === 0 ? "+" : after.length === 0 ? "-" : "~";
  return [head(mark, name), ...indented(capped(diffParts(before, after, view, full), full ? Infinity : mostLines))];
}

/** The differences between two objects that contain a JSON Schema. */
function diffSchemas(before: Record<string, unknown>, after: Record<string, unknown>, full: boolean): Line[] {
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((each) =>
    diffSchema(before[each], after[each], each, full),
  );
  return changes.map(({ path, what }) => head("~", printableLine(`${path}: ${what}`)));
}

function textLines(field: string, before: string, after: string, full: boolean, most: number): Line[] {
  if (before === "" || after === "") {
    const text = before + after;
    const mark = before === "" ? "+" : "-";
    const size = `${field}  ${count(countLines(text), "line")}, ${count(text.length, "char")}, about ${count(tokens(text.length), "token")}`;
    const lines = full ? diffText(before, after).lines.filter((line) => line.mark !== "@") : [];
    return [head(mark, size), ...indented(lines)];
  }
  const { added, removed, lines } = diffText(before, after, full);
  const tokensMore = tokens(after.length - before.length);
  const sign = tokensMore < 0 ? "-" : "+";
  const title = [
    isSameWithoutBlanks(before, after)
      ? `${field}  white space only`
      : `${field}  +${digits(added)} -${digits(removed)} lines`,
    `${digits(before.length)} -> ${digits(after.length)} chars`,
    `about ${sign}${count(Math.abs(tokensMore), "token")}`,
  ].join(", ");
  return [head("~", title), ...indented(capped(lines, most))];
}

function head(mark: Line["mark"], text: string): Line {
  return { mark, indent: 0, text };
}

function tokens(chars: number): number {
  return Math.round(chars / charsPerToken);
}

function count(number: number, noun: string): string {
  return `${digits(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function digits(number: number): string {
  return number.toLocaleString("en-US");
}

function isLong(value: unknown): boolean {
  return typeof value === "string" && (value.length > longText || value.trim().includes("\n"));
}

function hasKey(value: unknown, key: string): value is Record<string, unknown> {
  return isObject(value) && key in value;
}
