import { CST, Composer, Parser } from "yaml";
import type { Document } from "yaml";

/** The depth limit: composing is recursive, and real files are never so deep. */
export const maxDepth = 100;

/** A composed YAML document and the offset of a second one; or the offset at which the text is nested too deep. */
export type Composed =
  | { kind: "document"; document: Document.Parsed; tokens: readonly CST.Token[]; secondDocument: number | null }
  | { kind: "too_deep"; offset: number };

/** Reads YAML 1.2 with the core schema; faults are in the document's `errors` and `warnings`. Keys are text, and may be repeated. */
export function composeYaml(text: string): Composed {
  const tokens = [...new Parser().parse(text)];
  const deep = firstDeeperThan(tokens, maxDepth);
  if (deep !== null) return { kind: "too_deep", offset: deep };
  const composer = new Composer({
    logLevel: "silent",
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    version: "1.2",
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (!document) throw new Error("the composer always makes a document");
  return { kind: "document", document, tokens, secondDocument: second ? second.range[0] : null };
}

/** The offset of the first collection that is nested too deep; `null` when there is none. Not recursive. */
function firstDeeperThan(tokens: readonly CST.Token[], limit: number): number | null {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (token.type === "document" && token.value) open.push({ token: token.value, depth });
    if (!CST.isCollection(token)) continue;
    if (depth >= limit) return token.offset;
    for (const item of token.items)
      for (const child of [item.key, item.value]) if (child) open.push({ token: child, depth: depth + 1 });
  }
  return null;
}
