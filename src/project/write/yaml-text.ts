import { Document, Scalar, isScalar, isSeq, visit } from "yaml";
import { parseYaml } from "../yaml.ts";

/**
 * A JSON value as the text of a YAML file in the usual style: block style, long texts as blocks, quotes where they are needed. `null` for a
 * value that such a file cannot contain, for example with a key `__proto__`. The text reads back as the same value.
 */
export function yamlText(value: unknown): string | null {
  const written = JSON.stringify(value);
  return [inUsualStyle, allQuoted].map((style) => render(value, style)).find((text) => readsAs(text, written)) ?? null;
}

/** The usual options. Lines are never folded, which keeps Git diffs readable. */
export const usualOptions: Readonly<
  Record<"lineWidth", number> & Record<"indentSeq" | "flowCollectionPadding" | "doubleQuotedAsJSON", boolean>
> = {
  lineWidth: 0,
  indentSeq: true,
  flowCollectionPadding: false,
  doubleQuotedAsJSON: true,
};
/** Longer lists are written with one line per item. */
const longestFlow = 60;

type Style = (scalar: Scalar, isKey?: boolean) => void;

function render(value: unknown, style: Style): string {
  // With `compat`, words that are booleans in YAML 1.1 are quoted, because other programs read these files too.
  const document = new Document(value, { version: "1.2", compat: "yaml-1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (key, node) => style(node, key === "key"),
    Collection: (_key, node) => {
      node.flow = node.items.length === 0 || isShortList(node);
    },
  });
  return document.toString(usualOptions);
}

/** Invisible characters, characters that an editor or Git may change, and spaces at the end of a line. */
const unseen = /(?!\n)\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|(?! )\p{Zs}| \n| $/u;

/** Styles a text as people write it: a block for several lines, quotes if it has invisible characters. */
export const inUsualStyle: Style = (node, isKey = false) => {
  if (typeof node.value !== "string") return;
  if (isKey ? node.value === "<<" : unseen.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
  else if (node.value.includes("\n") && !isKey) node.type = Scalar.BLOCK_LITERAL;
};

function isShortList(node: unknown): boolean {
  if (!isSeq(node)) return false;
  const texts = node.items.map((item) => (isScalar(item) ? String(item.value) : "\n"));
  return texts.every((text) => !text.includes("\n")) && texts.join(", ").length < longestFlow;
}

const allQuoted: Style = (node) => {
  if (typeof node.value === "string") node.type = Scalar.QUOTE_DOUBLE;
};

/** True if a text reads as the value of that JSON text, without a warning. */
function readsAs(text: string, written: string): boolean {
  const { value, problems } = parseYaml("", text);
  return problems.length === 0 && JSON.stringify(value) === written;
}
