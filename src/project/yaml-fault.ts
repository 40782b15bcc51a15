import { CST } from "yaml";
import type { YAMLError } from "yaml";
import type { ProblemCode } from "../problem-codes.ts";

/** Why a text is not valid YAML, in plain words; `start` and `end` are offsets. */
export interface YamlFault {
  start: number;
  end: number;
  code: ProblemCode;
  message: string;
  hint?: string;
}

/**
 * The cause of the parser's errors, at the line where it begins; `null` when there is none. Only one fault is reported, because
 * later errors mostly follow from the first.
 */
export function faultIn(text: string, errors: readonly YAMLError[], tokens: readonly CST.Token[]): YamlFault | null {
  const [first] = errors;
  if (first === undefined) return null;
  const start = first.pos[0];
  const at = (fault: Omit<YamlFault, "end" | "code"> & Partial<YamlFault>): YamlFault => ({
    code: "bad_yaml",
    end: Math.max(fault.start + 1, endOfWord(text, fault.start)),
    ...fault,
  });
  switch (first.code) {
    case "TAB_AS_INDENT":
      return at({ start, code: "tab_indent", message: "a tab indents this line", hint: "Indent with spaces." });
    case "BAD_SCALAR_START": {
      const message = `a text cannot begin with ${text.charAt(start)} here`;
      return at({ start, message, hint: "Put it in quotes." });
    }
    case "BAD_DQ_ESCAPE": {
      const message = `${text.slice(start, start + 2)} has no meaning inside double quotes`;
      return at({ start, message, hint: `Use single quotes, in which a backslash is a backslash: '\\d+'.` });
    }
    case "NON_STRING_KEY":
      return at(keyFault(text, start));
    case "MISSING_CHAR":
      return at(first.message.startsWith("Missing closing") ? openQuote(tokens, start) : noValue(text, start));
    case "BAD_INDENT":
      return at(first.message.startsWith("Flow") ? openBracket(tokens, start) : badIndent(text, start));
    case "BLOCK_AS_IMPLICIT_KEY":
      return at(first.message.startsWith("A block") ? badIndent(text, start) : nested(text, start));
    case "MULTILINE_IMPLICIT_KEY":
      return at(noValue(text, start));
    case "BLOCK_IN_FLOW":
      return at(blockInBrackets(tokens, start));
    case "UNEXPECTED_TOKEN":
      return at(unexpected(text, start, tokens, first));
    default:
      return at({ start, message: first.message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()) });
  }
}

type Words = Pick<YamlFault, "start" | "message" | "hint"> & { code?: ProblemCode; end?: number };

function keyFault(text: string, start: number): Words {
  if (!/[{[]/.test(text.charAt(start))) return { start, code: "wrong_type", message: "a key must be text" };
  if (text.charAt(start - 1) !== "{" || text.charAt(start) !== "{")
    return { start, code: "wrong_type", message: "a key must be text" };
  const hint = "Put the whole text in quotes. An expression is written ${{ name }}.";
  return { start: start - 1, message: "a text that begins with {{ must be in quotes", hint };
}

/** The quote that begins the text that is not closed. */
function openQuote(tokens: readonly CST.Token[], start: number): Words {
  const open = quotesIn(tokens).findLast(({ offset, source }) => offset <= start && !isClosed(source));
  const message = "the quote that begins here is never closed";
  return { start: open?.offset ?? start, message, hint: "Close it, or remove it." };
}

/** The bracket that the parser expected to be closed. */
function openBracket(tokens: readonly CST.Token[], start: number): Words {
  const open = allTokens(tokens).findLast(
    (token) => token.type === "flow-collection" && token.offset < start && !isEnded(token),
  );
  const bracket = open?.type === "flow-collection" ? open.start.source : "[";
  const closing = bracket === "{" ? "}" : "]";
  return {
    start: open?.offset ?? start,
    message: `the ${bracket} here is never closed`,
    hint: `Close it with ${closing}.`,
  };
}

/** A block-style line with - or a key between brackets, usually because they are not closed. */
function blockInBrackets(tokens: readonly CST.Token[], start: number): Words {
  const isOpen = allTokens(tokens).some(
    (token) => token.type === "flow-collection" && token.offset < start && !isEnded(token),
  );
  if (isOpen) return openBracket(tokens, start);
  const hint = "Separate the items in brackets with commas, or remove the brackets.";
  return { start, message: "a line of a list or of a mapping cannot be between brackets", hint };
}

/** A line that begins in another column than its siblings. */
function badIndent(text: string, offset: number): Words {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const start = lineStart + (/^ */.exec(text.slice(lineStart))?.[0].length ?? 0);
  const column = start - lineStart;
  const isItem = /^-(\s|$)/.test(text.slice(start, start + 2));
  const what = isItem ? "item" : "key";
  const above = siblingAbove(text.slice(0, lineStart), isItem, column);
  const message = `this ${what} is not indented like the ${what}s above it`;
  if (above === null) return { start, message };
  const spaces = `${above.column} ${above.column === 1 ? "space" : "spaces"}`;
  return { start, message, hint: `Line ${above.line} begins with ${spaces}, this one with ${column}.` };
}

/** The nearest line above that begins with the same kind of thing in another column. */
function siblingAbove(before: string, isItem: boolean, column: number): { line: number; column: number } | null {
  const lines = before.split("\n").slice(0, -1);
  for (const [index, line] of [...lines.entries()].toReversed()) {
    const [, blanks = "", dash] = /^( *)(- )?\S/.exec(line) ?? [];
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    if ((dash !== undefined) === isItem && blanks.length !== column) return { line: index + 1, column: blanks.length };
  }
  return null;
}

/** Two keys on one line, or a line that is indented under a key that has a value already. */
function nested(text: string, start: number): Words {
  const lineEnd = endOfLine(text, start);
  if (/:(\s|$)/.test(text.slice(start, lineEnd)))
    return { start, message: `a text that contains ": " must be in quotes`, hint: "Put the text in quotes." };
  const next = /\S/.exec(text.slice(lineEnd));
  const message = "this line is indented under a key that already has a value";
  return { start: lineEnd + (next?.index ?? 0), message, hint: "Indent it like the line above." };
}

/** A line that is neither a key with its value nor an item. */
function noValue(text: string, offset: number): Words {
  const line = text.slice(offset, endOfLine(text, offset));
  if (/^[\w.-]+:\S/.test(line))
    return { start: offset, message: "there is no space after the colon", hint: "Write key: value." };
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const start = line.trim() === "" ? lineStart + text.slice(lineStart).search(/\S/) : offset;
  return {
    start,
    message: "this is neither a key with a value nor an item of a list",
    hint: "Write key: value, or - item.",
  };
}

function unexpected(text: string, start: number, tokens: readonly CST.Token[], { message: said }: YAMLError): Words {
  if (said.includes("block-seq-ind"))
    return {
      start,
      message: "a list must not begin on the line of its key",
      hint: "Put the first - on the next line.",
    };
  if (/flow-(seq|map)-end/.test(said)) return { start, message: `this ${text.charAt(start)} closes nothing` };
  const quoted = quotesIn(tokens).findLast(({ offset, source }) => {
    const end = offset + source.length;
    return end <= start && text.slice(end, start).trim() === "" && !text.slice(end, start).includes("\n");
  });
  if (quoted === undefined && said.startsWith("Unexpected scalar token"))
    return { start, message: "a comma is missing before this" };
  if (quoted === undefined) return { start, message: "this does not match the text before it" };
  if (
    allTokens(tokens).some(
      (token) => token.type === "flow-collection" && token.offset < start && !isBefore(token, start),
    )
  )
    return { start, message: "a comma is missing before this" };
  if (quoted.source.includes("\n")) {
    const line = text.slice(0, start).split("\n").length;
    const message = `the quote that begins here is closed only in line ${line}`;
    return { start: quoted.offset, message, hint: "Close it on its own line." };
  }
  const hint = quoted.source.startsWith("'")
    ? "Inside single quotes, write an apostrophe twice: 'don''t'."
    : 'Put the whole text in quotes; a quote inside them is written \\".';
  return { start, message: "nothing can follow the closing quote", hint };
}

/** True for a collection that ends before an offset. */
function isBefore(token: CST.FlowCollection, offset: number): boolean {
  const last = token.end.find(({ type }) => type === "flow-seq-end" || type === "flow-map-end");
  return last !== undefined && last.offset < offset;
}

function isEnded(token: CST.FlowCollection): boolean {
  return token.end.some(({ type }) => type === "flow-seq-end" || type === "flow-map-end");
}

function isClosed(source: string): boolean {
  if (source.length < 2 || !source.endsWith(source.charAt(0))) return false;
  return source.startsWith("'") || !/(?<!\\)(\\\\)*\\"$/.test(source);
}

const quotesIn = (tokens: readonly CST.Token[]): CST.FlowScalar[] =>
  allTokens(tokens).filter(
    (token): token is CST.FlowScalar => token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar",
  );

/** Every token, sorted by position; not recursive. */
function allTokens(tokens: readonly CST.Token[]): CST.Token[] {
  const found: CST.Token[] = [];
  const open: CST.Token[] = [...tokens];
  for (let token = open.pop(); token; token = open.pop()) {
    found.push(token);
    if (token.type === "document" && token.value) open.push(token.value);
    if (!CST.isCollection(token)) continue;
    for (const item of token.items) for (const child of [item.key, item.value]) if (child) open.push(child);
  }
  return found.toSorted((a, b) => offsetOf(a) - offsetOf(b));
}

const offsetOf = (token: CST.Token): number => ("offset" in token ? token.offset : 0);

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function endOfWord(text: string, from: number): number {
  return from + (/^[^\s,\]}]*/.exec(text.slice(from, endOfLine(text, from)))?.[0].length ?? 0);
}
