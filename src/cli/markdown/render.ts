import { type MarkedToken, type Token, type Tokens, lexer } from "marked";
import { type Span, type Style, painted, widthOf, wrap } from "./spans.ts";

/** A line of a rendered block, before it is painted. */
type Line = readonly Span[];

/** The longest block that is parsed, in characters; a longer one is shown unrendered. */
const mostParsed = 10_000;
/** Markers that open nested blocks; so many in a row are not Markdown written by a person. */
const nested = /^[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*){20}/m;
const narrowest = 20;

/**
 * The styled lines of a Markdown block for a terminal. `lead` precedes the first word. Text cannot control the terminal:
 * control characters are made visible, links show their addresses, and images their names.
 */
export function renderBlock(markdown: string, width: number, lead: Span | null): string[] {
  const isParsed = markdown.length <= mostParsed && !nested.test(markdown);
  const lines = isParsed ? blockLines(lexer(markdown), Math.max(narrowest, width), lead) : asTyped(markdown, lead);
  return lines.map((line) => line.map(painted).join("").trimEnd());
}

function asTyped(markdown: string, lead: Span | null): Line[] {
  const lines = markdown.trimEnd().split("\n").map(plain);
  return lead === null ? lines : [[lead], ...lines];
}

/** The blocks below each other, separated by empty lines. */
function blockLines(tokens: readonly Token[], width: number, lead: Span | null): Line[] {
  const shown = tokens.filter(({ type }) => type !== "space");
  const lines: Line[] = [];
  for (const [index, token] of shown.entries()) {
    if (index > 0 && !isTight(shown[index - 1], token)) lines.push([]);
    lines.push(...ledLines(token as MarkedToken, width, index === 0 ? lead : null));
  }
  return lines;
}

/** A block after its lead: on the same line for text, otherwise below it. */
function ledLines(token: MarkedToken, width: number, lead: Span | null): Line[] {
  const led = lead === null ? [] : [lead];
  if (token.type === "paragraph" || token.type === "text")
    return wrap([...led, ...inline(token.tokens ?? [token], [])], width);
  const lines = linesOf(token, width);
  return lead === null ? lines : [led, ...lines];
}

/** True between the text of a list item and its nested list, where no empty line is added. */
function isTight(before: Token | undefined, { type }: Token): boolean {
  return before?.type === "text" && (type === "list" || type === "text");
}

function linesOf(token: MarkedToken, width: number): Line[] {
  switch (token.type) {
    case "heading":
      return wrap(inline(token.tokens, token.depth === 1 ? ["bold", "underline"] : ["bold"]), width);
    case "code":
      return token.text.split("\n").map(codeLine);
    case "blockquote":
      return behind(blockLines(token.tokens, width - 2, null), { text: "│ ", styles: ["dim"] });
    case "list":
      return listLines(token, width);
    case "table":
      return tableLines(token, width);
    case "hr":
      return [[{ text: "─".repeat(Math.min(width, 40)), styles: ["dim"] }]];
    default:
      return token.raw.trimEnd().split("\n").map(plain);
  }
}

function codeLine(line: string): Line {
  return line.trim() === "" ? [] : [{ text: `    ${line.replaceAll("\t", "    ")}`, styles: ["cyan"] }];
}

function plain(line: string): Line {
  return [{ text: line.replaceAll("\t", "    "), styles: [] }];
}

function behind(lines: readonly Line[], prefix: Span): Line[] {
  return lines.map((line) => [prefix, ...line]);
}

function listLines({ items, ordered, start, loose }: Tokens.List, width: number): Line[] {
  return items.flatMap((item, index) => {
    const box = item.task ? (item.checked === true ? "[x] " : "[ ] ") : "";
    const bullet = `${ordered ? `${(start === "" ? 1 : start) + index}.` : "•"} ${box}`;
    const blank = " ".repeat(bullet.length);
    const lines = blockLines(withoutBox(item.tokens), width - bullet.length, null);
    const [first = [], ...others] = lines;
    const shown = [[{ text: bullet, styles: [] }, ...first], ...behind(others, { text: blank, styles: [] })];
    return loose && index > 0 ? [[], ...shown] : shown;
  });
}

/** The text of a task item without its checkbox, which replaces the bullet. */
function withoutBox(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ type }) => type !== "checkbox");
}

/** A table in columns if it fits the width, otherwise each row as a list of its cells. */
function tableLines({ header, rows, align }: Tokens.Table, width: number): Line[] {
  const head = header.map(({ tokens }) => inline(tokens, ["bold"]));
  const body = rows.map((row) => row.map(({ tokens }) => inline(tokens, [])));
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => widthOf(row[column] ?? []))));
  if (widths.reduce((sum, each) => sum + each + 3, -3) > width) {
    return body.flatMap((row, index) => [
      ...(index === 0 ? [] : [[]]),
      ...row.flatMap((cell, column) =>
        wrap([...(head[column] ?? []), { text: ": ", styles: ["bold"] as const }, ...cell], width),
      ),
    ]);
  }
  const bar: Span = { text: " │ ", styles: ["dim"] };
  const toLine = (cells: readonly Line[]): Line =>
    cells.flatMap((cell, column) => {
      const room = (widths[column] ?? 0) - widthOf(cell);
      const left = align[column] === "right" ? room : align[column] === "center" ? Math.floor(room / 2) : 0;
      const padded = [blanks(left), ...cell, blanks(room - left)];
      return column === 0 ? padded : [bar, ...padded];
    });
  const rule = widths.map((each) => "─".repeat(each)).join("─┼─");
  return [toLine(head), [{ text: rule, styles: ["dim"] }], ...body.map(toLine)];
}

function blanks(count: number): Span {
  return { text: " ".repeat(count), styles: [] };
}

/** The text of a paragraph as spans; a line end in the source becomes a space. */
function inline(tokens: readonly Token[], styles: readonly Style[]): Span[] {
  return tokens.flatMap((token) => spansOf(token as MarkedToken, styles));
}

function spansOf(token: MarkedToken, styles: readonly Style[]): Span[] {
  switch (token.type) {
    case "strong":
      return inline(token.tokens, adding(styles, "bold"));
    case "em":
      return inline(token.tokens, adding(styles, "italic"));
    case "del":
      return inline(token.tokens, adding(styles, "strikethrough"));
    case "codespan":
      return [{ text: token.text, styles: adding(styles, "cyan") }];
    case "br":
      return [{ text: "\n", styles }];
    case "link": {
      const label = inline(token.tokens, adding(styles, "underline"));
      const isSame = token.text === token.href || `mailto:${token.text}` === token.href;
      return isSame ? label : [...label, { text: ` (${token.href})`, styles }];
    }
    case "image":
      return [{ text: `[image: ${token.text}] (${token.href})`, styles }];
    case "text":
      return token.tokens === undefined ? [flat(token.text, styles)] : inline(token.tokens, styles);
    case "escape":
      return [flat(token.text, styles)];
    default:
      return [flat(token.raw, styles)];
  }
}

function adding(styles: readonly Style[], style: Style): Style[] {
  return styles.includes(style) ? [...styles] : [...styles, style];
}

function flat(text: string, styles: readonly Style[]): Span {
  return { text: text.replaceAll(/\s*\n\s*/g, " "), styles };
}
