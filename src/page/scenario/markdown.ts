import { spansOf, type MarkedNode, type MarkedTag } from "./markdown-spans.ts";

// The part of CommonMark with tables that models write. A complete parser would take a third of the app's size limit.

export type { MarkedNode } from "./markdown-spans.ts";

/** Longer texts are shown unformatted. */
const longest = 65_536;
const mostLines = 5_000;
/** The maximum nesting depth of quotes and lists. */
const deepest = 40;

/**
 * A text parsed as Markdown; `null` when it is too long, or nested too deeply. HTML stays text, a link becomes its text and its URL, and an
 * image its description and its URL.
 */
export function markedNodes(text: string): MarkedNode[] | null {
  const lines = text.length > longest ? [] : text.replaceAll("\t", "    ").split(/\r?\n/);
  if (lines.length === 0 || lines.length > mostLines) return null;
  try {
    return blocksOf(lines, 0);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The lines of a block, and its nodes. */
interface Block {
  lines: number;
  nodes: MarkedNode[];
}

/** Reads a block at the start of lines; `null` when it is a different kind of block. */
type Reader = (lines: readonly string[], depth: number) => Block | null;

function blocksOf(lines: readonly string[], depth: number): MarkedNode[] {
  if (depth > deepest) throw new RangeError("nested too deeply");
  const nodes: MarkedNode[] = [];
  for (let at = 0; at < lines.length;) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const block = firstBlock(lines.slice(at), depth);
    nodes.push(...block.nodes);
    at += block.lines;
  }
  return nodes;
}

const element = (tag: MarkedTag, children: MarkedNode[]): MarkedNode => ({ tag, children });

function firstBlock(lines: readonly string[], depth: number): Block {
  for (const read of [fence, indentedCode, heading, rule, quote, list, table]) {
    const block = read(lines, depth);
    if (block !== null) return block;
  }
  return paragraph(lines);
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

const fenceMark = /^ {0,3}(`{3,}|~{3,})[^`]*$/;

const fence: Reader = (lines) => {
  const mark = fenceMark.exec(lines[0] ?? "")?.[1];
  if (mark === undefined) return null;
  const end = lines.findIndex((line, at) => at > 0 && line.trim().startsWith(mark) && fenceMark.test(line));
  const inside = lines.slice(1, end === -1 ? undefined : end);
  return { lines: end === -1 ? lines.length : end + 1, nodes: [codeBlock(inside)] };
};

const indentedCode: Reader = (lines) => {
  const end = lines.findIndex((line) => !line.startsWith("    "));
  const inside = lines.slice(0, end === -1 ? undefined : end);
  return inside.length === 0 ? null : { lines: inside.length, nodes: [codeBlock(inside.map((line) => line.slice(4)))] };
};

function codeBlock(lines: readonly string[]): MarkedNode {
  return element("pre", [element("code", [lines.join("\n")])]);
}

const heading: Reader = ([line = ""]) => {
  const [, marks, text = ""] = /^ {0,3}(#{1,6})(?: +(.*))?$/.exec(line) ?? [];
  return marks === undefined
    ? null
    : { lines: 1, nodes: [titled(marks.length, text.trimEnd().replace(/(?<= )#+$/, ""))] };
};

function titled(level: number, text: string): MarkedNode {
  return element(level === 1 ? "h3" : level === 2 ? "h4" : "h5", spansOf(text.trim()));
}

const rule: Reader = ([line = ""]) =>
  /^ {0,3}([-*_])(?: *\1){2,} *$/.test(line) ? { lines: 1, nodes: [element("hr", [])] } : null;

const quoteMark = /^ {0,3}> ?/;

const quote: Reader = (lines, depth) => {
  const end = lines.findIndex((line) => !quoteMark.test(line));
  const inside = lines.slice(0, end === -1 ? undefined : end);
  if (inside.length === 0) return null;
  const children = blocksOf(
    inside.map((line) => line.replace(quoteMark, "")),
    depth + 1,
  );
  return { lines: inside.length, nodes: [element("blockquote", children)] };
};

interface ItemMark {
  isOrdered: boolean;
  /** The number of characters before the content of the item. */
  width: number;
}

function itemMark(line: string): ItemMark | null {
  const [whole, mark] = /^ {0,3}([-*+]|\d{1,9}[.)])(?: {1,4}(?! )| *$)/.exec(line) ?? [];
  if (whole === undefined || mark === undefined || rule([line], 0) !== null) return null;
  return { isOrdered: mark.length > 1, width: whole.length };
}

const list: Reader = (lines, depth) => {
  const first = itemMark(lines[0] ?? "");
  if (first === null) return null;
  const items: string[][] = [];
  let isLoose = false;
  let at = 0;
  while (at < lines.length) {
    const mark = itemMark(lines[at] ?? "");
    if (mark === null || mark.isOrdered !== first.isOrdered) break;
    const length = itemLength(lines.slice(at), mark.width);
    const item = lines.slice(at, at + length);
    at += length;
    const isBefore = at < lines.length && itemMark(lines[at] ?? "") !== null;
    const text = isBlank(item.at(-1)) ? item.slice(0, item.findLastIndex((line) => !isBlank(line)) + 1) : item;
    isLoose ||= text.some(isBlank) || (isBefore && text.length < item.length);
    items.push([(text[0] ?? "").slice(mark.width), ...text.slice(1).map((line) => unindented(line, mark.width))]);
  }
  const nodes = items.map((item) => element("li", itemNodes(item, isLoose, depth)));
  return { lines: at, nodes: [element(first.isOrdered ? "ol" : "ul", nodes)] };
};

/** The number of lines of an item: equally indented lines, blank lines between them, and the rest of a paragraph. */
function itemLength(lines: readonly string[], width: number): number {
  let length = 1;
  while (length < lines.length) {
    const line = lines[length] ?? "";
    const isInside = indentOf(line) >= width;
    const isRest = !isBlank(lines[length - 1]) && !isBlank(line) && !beginsBlock(line);
    if (!isBlank(line) && !isInside && !isRest) break;
    length += 1;
  }
  return length;
}

function itemNodes(lines: readonly string[], isLoose: boolean, depth: number): MarkedNode[] {
  const [, done, rest] = /^\[([ xX])\] (.*)$/.exec(lines[0] ?? "") ?? [];
  const box = done === undefined ? [] : [done === " " ? "☐ " : "☑ "];
  const nodes = blocksOf(rest === undefined ? lines : [rest, ...lines.slice(1)], depth + 1);
  const inside = isLoose
    ? nodes
    : nodes.flatMap((node) => (typeof node !== "string" && node.tag === "p" ? node.children : [node]));
  return [...box, ...inside];
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function unindented(line: string, width: number): string {
  return line.slice(Math.min(width, indentOf(line)));
}

const dashes = /^ {0,3}\|? *:?-+:? *(?:\| *:?-+:? *)*\|?$/;

const table: Reader = ([head = "", under = "", ...more]) => {
  if (!head.includes("|") || !dashes.test(under.trimEnd())) return null;
  const columns = cellsOf(head).length;
  if (columns !== cellsOf(under).length) return null;
  const end = more.findIndex((line) => isBlank(line) || !line.includes("|"));
  const rows = more.slice(0, end === -1 ? undefined : end);
  const row = (tag: "th" | "td", cells: readonly string[]) =>
    element(
      "tr",
      cells.slice(0, columns).map((cell) => element(tag, spansOf(cell))),
    );
  const body = rows.map((line) => row("td", cellsOf(line)));
  return {
    lines: 2 + rows.length,
    nodes: [element("table", [element("thead", [row("th", cellsOf(head))]), element("tbody", body)])],
  };
};

function cellsOf(line: string): string[] {
  const inside = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(String.raw`\|`, "|"));
}

/** True for a line that ends a paragraph because another block begins. */
function beginsBlock(line: string): boolean {
  return (
    fenceMark.test(line) ||
    quoteMark.test(line) ||
    heading([line], 0) !== null ||
    rule([line], 0) !== null ||
    itemMark(line) !== null
  );
}

function paragraph(lines: readonly string[]): Block {
  const end = lines.findIndex((line, at) => at > 0 && (isBlank(line) || underline.test(line) || beginsBlock(line)));
  const inside = lines.slice(0, end === -1 ? undefined : end);
  const text = inside
    .map((line) => line.trimStart())
    .join("\n")
    .trimEnd();
  const [, under] = underline.exec(lines[inside.length] ?? "") ?? [];
  return under === undefined
    ? { lines: inside.length, nodes: [element("p", spansOf(text))] }
    : { lines: inside.length + 1, nodes: [titled(under.startsWith("=") ? 1 : 2, text)] };
}

/** The underline that turns the lines above it into a heading. */
const underline = /^ {0,3}(=+|-+) *$/;
