import type { ToolSpec } from "../../resources/assistant/spec.ts";
import type { FieldChange } from "../plan/plan-format.ts";
import { type Line, capped, indented } from "./line.ts";
import { diffSchema } from "./schema-diff.ts";
import { countLines, diffText } from "./text-diff.ts";
import { diffTools } from "./tool-diff.ts";
import { shortValue } from "./value.ts";
import { printableLine } from "../../kit/terminal-text.ts";

/** Lines shown of one field unless everything is asked for. */
const mostLines = 40;
/** Text beyond this is shown as a comparison, not as two values. */
const longText = 80;
const charsPerToken = 4;

/** How one field changes: a line, and what lies under it. */
export function fieldLines({ field, before, after }: FieldChange, full: boolean): Line[] {
  const most = full ? Infinity : mostLines;
  if (field === "tools") {
    const [old, now] = [before, after].map((tools) => (tools ?? []) as ToolSpec[]) as [ToolSpec[], ToolSpec[]];
    const mark = old.length === 0 ? "+" : now.length === 0 ? "-" : "~";
    return [head(mark, "tools"), ...indented(capped(diffTools(old, now), most))];
  }
  if (isLong(before) || isLong(after)) return textLines(field, asText(before), asText(after), full, most);
  if (isSchemaFormat(before) && isSchemaFormat(after)) {
    const changes = diffSchema(before.json_schema, after.json_schema, "json_schema");
    const lines = changes.map(({ path, what }) => head("~", printableLine(`${path}: ${what}`)));
    return [head("~", field), ...indented(capped(lines, most))];
  }
  const name = printableLine(field);
  if (before === null) return [head("+", `${name}: ${shortValue(after)}`)];
  if (after === null) return [head("-", `${name}: ${shortValue(before)}`)];
  return [head("~", `${name}: ${shortValue(before)} -> ${shortValue(after)}`)];
}

function textLines(field: string, before: string, after: string, full: boolean, most: number): Line[] {
  if (before === "" || after === "") {
    const text = before + after;
    const mark = before === "" ? "+" : "-";
    const size = `${field}  ${count(countLines(text), "line")}, ${count(text.length, "char")}, about ${count(tokens(text.length), "token")}`;
    const lines = full ? diffText(before, after).lines.filter((line) => line.mark !== "@") : [];
    return [head(mark, size), ...indented(lines)];
  }
  const { added, removed, lines } = diffText(before, after);
  const tokensMore = tokens(after.length - before.length);
  const sign = tokensMore < 0 ? "-" : "+";
  const title = [
    `${field}  +${digits(added)} -${digits(removed)} lines`,
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

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isSchemaFormat(value: unknown): value is { json_schema: unknown } {
  return typeof value === "object" && value !== null && "json_schema" in value;
}
