import { lexer, type Token, type Tokens } from "marked";

/** A part of a text with marks: text, or an element with its parts. Nothing in it leads anywhere or loads anything. */
export type MarkedNode = string | { tag: MarkedTag; children: MarkedNode[] };

/** The elements that are made; none has attributes. */
export type MarkedTag =
  | "p"
  | "h3"
  | "h4"
  | "h5"
  | "ul"
  | "ol"
  | "li"
  | "blockquote"
  | "pre"
  | "code"
  | "strong"
  | "em"
  | "del"
  | "hr"
  | "br"
  | "table"
  | "thead"
  | "tbody"
  | "tr"
  | "th"
  | "td";

/** Longer texts stay as they are written. */
const longest = 65_536;

/**
 * A text read as Markdown; `null` for one that is too long, or nested too deeply, to be read. HTML in it stays text, a link is its text and its URL, and an
 * image its description and its URL.
 */
export function markedNodes(text: string): MarkedNode[] | null {
  if (text.length > longest) return null;
  try {
    return nodesOf(lexer(text));
  } catch (error) {
    // A quote in a quote, a thousand times over, is too much for a reader that calls itself.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function nodesOf(tokens: readonly Token[] | undefined): MarkedNode[] {
  return (tokens ?? []).flatMap((token) => nodeOf(token as Tokens.Generic));
}

const element = (tag: MarkedTag, children: MarkedNode[]): MarkedNode => ({ tag, children });

function nodeOf(token: Tokens.Generic): MarkedNode[] {
  const inner = () => nodesOf(token.tokens);
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "heading":
      return [element(token.depth === 1 ? "h3" : token.depth === 2 ? "h4" : "h5", inner())];
    case "paragraph":
      return [element("p", inner())];
    case "list":
      return [element(token.ordered === true ? "ol" : "ul", (token as Tokens.List).items.flatMap(nodeOf))];
    case "list_item":
      return [element("li", [...(token.task === true ? [token.checked === true ? "☑ " : "☐ "] : []), ...inner()])];
    case "blockquote":
      return [element("blockquote", inner())];
    case "code":
      return [element("pre", [element("code", [textOf(token)])])];
    case "codespan":
      return [element("code", [textOf(token)])];
    case "strong":
    case "em":
    case "del":
      return [element(token.type, inner())];
    case "link":
    case "image":
      return [...(token.type === "link" ? inner() : [textOf(token)]), ...urlOf(token)];
    case "br":
    case "hr":
      return [element(token.type, [])];
    case "table":
      return [tableOf(token as Tokens.Table)];
    case "text":
      return token.tokens === undefined ? [textOf(token)] : inner();
    case "escape":
      return [textOf(token)];
    default:
      return [token.raw];
  }
}

function textOf(token: Tokens.Generic): string {
  const text: unknown = token.text;
  return typeof text === "string" ? text : "";
}

/** Where a link leads, unless its text says so already. */
function urlOf({ href, text }: Tokens.Generic): MarkedNode[] {
  const url: unknown = href;
  return typeof url !== "string" || url === text || url === `mailto:${String(text)}`
    ? []
    : [" (", element("code", [url]), ")"];
}

function tableOf({ header, rows }: Tokens.Table): MarkedNode {
  const row = (tag: "th" | "td") => (cells: Tokens.TableCell[]) =>
    element(
      "tr",
      cells.map(({ tokens }) => element(tag, nodesOf(tokens))),
    );
  return element("table", [element("thead", [row("th")(header)]), element("tbody", rows.map(row("td")))]);
}
