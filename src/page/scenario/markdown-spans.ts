/** A part of a formatted text: text, or an element with its parts. It contains no links and loads nothing. */
export type MarkedNode = string | { tag: MarkedTag; children: MarkedNode[] };

/** The elements that are created; none has attributes. */
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

/** Where a mark may begin. */
const special = /[\\`*_~[!<\n]|https?:\/\//g;

const element = (tag: MarkedTag, children: MarkedNode[]): MarkedNode => ({ tag, children });

/** A kind of mark: its pattern, anchored at the start, and the nodes for what it captured. */
type Mark = [pattern: RegExp, nodes: (caught: readonly (string | undefined)[]) => MarkedNode[]];

/** Text in brackets, which may contain one level of nested brackets. */
const bracketed = String.raw`((?:[^[\]\\]|\\.|\[(?:[^[\]\\]|\\.)*\])*)`;
const address = String.raw`\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)`;

/**
 * The first that matches is used. The text between two marks has at most 1,000 characters, because otherwise a text of only marks would take quadratic
 * time.
 */
const marks: readonly Mark[] = [
  [/\\\n| {2,}\n/y, () => [element("br", [])]],
  [/\\([!-/:-@[-`{-~])/y, ([, character = ""]) => [character]],
  [/(?<!`)(`+)(?!`)(.{0,1000}?[^`])\1(?!`)/sy, ([, , code = ""]) => [element("code", [codeText(code)])]],
  [/`+/y, ([whole = ""]) => [whole]],
  [/<(https?:\/\/[^\s<>]*|[^\s<>@]{1,250}@[^\s<>]{1,250}\.[^\s<>]{1,250})>/y, ([, url = ""]) => [url]],
  [/https?:\/\/[^\s<]+[^\s<.,:;"')\]*_~]/y, ([url = ""]) => [url]],
  [new RegExp(`!?\\[${bracketed}\\]${address}`, "sy"), linkNodes],
  [/\*{3}(?=[^\s*])(.{0,1000}?[^\s\\])\*{3}/sy, ([, text = ""]) => [element("strong", [element("em", spansOf(text))])]],
  [/\*\*(?=[^\s*])(.{0,1000}?[^\s\\])\*\*/sy, ([, text = ""]) => [element("strong", spansOf(text))]],
  [/(?<!\w)__(?=[^\s_])(.{0,1000}?[^\s\\])__(?!\w)/sy, ([, text = ""]) => [element("strong", spansOf(text))]],
  [/\*(?=[^\s*])(|.{0,1000}?[^\s*\\])\*(?!\*)/sy, ([, text = ""]) => [element("em", spansOf(text))]],
  [/(?<!\w)_(?=[^\s_])(|.{0,1000}?[^\s_\\])_(?!\w)/sy, ([, text = ""]) => [element("em", spansOf(text))]],
  [/~~(?=[^\s~])(.{0,1000}?[^\s\\])~~/sy, ([, text = ""]) => [element("del", spansOf(text))]],
];

/** The parts of inline text: emphasis, code, links and line breaks. Adjacent texts are merged. */
export function spansOf(text: string): MarkedNode[] {
  const nodes: MarkedNode[] = [];
  const add = (...more: MarkedNode[]) => {
    for (const node of more) {
      const last = nodes.at(-1);
      if (typeof node === "string" && typeof last === "string") nodes[nodes.length - 1] = last + node;
      else if (node !== "") nodes.push(node);
    }
  };
  let at = 0;
  while (at < text.length) {
    special.lastIndex = at;
    const found = special.exec(text);
    if (found === null) break;
    // A line break begins with the spaces before it.
    const spaces = found[0] === "\n" ? (/ {2,}$/.exec(text.slice(at, found.index))?.[0].length ?? 0) : 0;
    const start = found.index - spaces;
    add(text.slice(at, start));
    const made = markAt(text, start);
    add(...(made?.nodes ?? [text.slice(start, found.index + 1)]));
    at = made?.end ?? found.index + 1;
  }
  add(text.slice(at));
  return nodes;
}

function markAt(text: string, start: number): { nodes: MarkedNode[]; end: number } | null {
  for (const [pattern, nodes] of marks) {
    pattern.lastIndex = start;
    const caught = pattern.exec(text);
    // Its content is read by the same patterns.
    if (caught !== null) return { end: start + caught[0].length, nodes: nodes(caught) };
  }
  return null;
}

function codeText(code: string): string {
  const line = code.replaceAll("\n", " ");
  return /^ .*[^ ].* $/.test(line) ? line.slice(1, -1) : line;
}

/** The text of a link and, unless the text contains it, its URL; for an image, its description. */
function linkNodes([whole = "", text = "", inAngles, plain = ""]: readonly (string | undefined)[]): MarkedNode[] {
  const url = inAngles ?? plain.replaceAll(/\\(.)/g, "$1");
  const shown = whole.startsWith("!") ? [text] : spansOf(text);
  return url === "" || url === text || url === `mailto:${text}` ? shown : [...shown, " (", element("code", [url]), ")"];
}
