import { Scalar, isAlias, isCollection, isMap, isNode, isScalar, isSeq, visit } from "yaml";
import type { Alias, Document, Node, Pair, YAMLMap, YAMLSeq } from "yaml";
import { isObject } from "../../kit/json.ts";
import { mergePreferring } from "../../kit/merge-text.ts";
import type { Path } from "../project.ts";
import { inUsualStyle, usualOptions } from "../write/yaml-text.ts";
import { composeYaml } from "../yaml-document.ts";
import { isMergeKey } from "../yaml-value.ts";
import { parseYaml } from "../yaml.ts";

/** A value to set at a path in a file; `undefined` removes the key. */
export interface YamlEdit {
  path: Path;
  value: unknown;
}

/** The new text of a file, or why an edit is impossible. */
export type EditedYaml = { kind: "text"; text: string } | { kind: "refused"; path: Path; why: string };

/** Thrown internally when an edit would change more than intended. */
class NotPossible extends Error {}

/**
 * Sets values in the text of a YAML file. Comments, order, line ends and the format of everything unchanged are preserved.
 * `order` is the order of keys in the outermost mapping, for new keys. An edit of a value that an alias repeats is refused.
 */
export function editYaml(text: string, edits: readonly YamlEdit[], order: readonly string[] = []): EditedYaml {
  const unix = text.replaceAll("\r\n", "\n");
  const before = documentOf(unix);
  const after = documentOf(unix);
  for (const { path, value } of edits) {
    try {
      setIn(after, path, value, order);
    } catch (error) {
      if (!(error instanceof NotPossible)) throw error;
      return { kind: "refused", path, why: error.message };
    }
  }
  const style = styleOf(unix);
  const whole = rendered(after, style);
  // The library rewrites the complete document: only differences caused by the edits are applied.
  const merged = mergedByKey(rendered(before, style), unix, whole);
  const edited = readsAlike(merged, whole) ? merged : whole;
  return { kind: "text", text: text.includes("\r\n") ? edited.replaceAll("\n", "\r\n") : edited };
}

/** True when the outermost mapping of a file has a key of its own, not one merged into it. */
export function hasOwnKey(text: string, key: string): boolean {
  const { contents } = documentOf(text.replaceAll("\r\n", "\n"));
  return isMap(contents) && pairOf(contents, key) !== undefined;
}

/** A character that no file contains. */
const mark = "\uFFFE";

/** The text of a document, with two spaces before comments: a single space triggers a warning about cut-off text. */
function rendered(document: Document.Parsed, style: typeof usualOptions): string {
  visit(document, {
    Node: (_key, node) => {
      if (node.comment) node.comment = mark + node.comment;
    },
  });
  return document.toString(style).replaceAll(` #${mark}`, "  #").replaceAll(`#${mark}`, "#");
}

/** The library's style options closest to the style of the file. */
function styleOf(text: string): typeof usualOptions {
  const isIndented = !/^(\S[^\n]*:|)[ \t]*(#[^\n]*)?\n- /m.test(text);
  return { ...usualOptions, indentSeq: isIndented, flowCollectionPadding: /\{ /.test(text) };
}

/** Merges the lines of each outermost key separately, so that the format of one does not affect another. */
function mergedByKey(base: string, ours: string, theirs: string): string {
  const [old, own, edited] = [base, ours, theirs].map(partsByKey);
  if (old === null || own === null || edited === null) return mergePreferring(base, ours, theirs);
  const merged = [...edited!].map(([key, text]) => {
    const [was, is] = [old!.get(key), own!.get(key)];
    return was === undefined || is === undefined ? text : mergePreferring(was, is, text);
  });
  return merged.reduce(
    (before, part) => (before === "" || before.endsWith("\n") ? before + part : `${before}\n${part}`),
    "",
  );
}

/** The text before the first key, and that of each key up to the next one; `null` where keys have no lines of their own. */
function partsByKey(text: string): Map<string, string> | null {
  const { contents } = documentOf(text);
  if (!isMap(contents) || contents.flow === true) return null;
  const starts = contents.items.flatMap(({ key }) =>
    isScalar(key) && key.range ? [[String(key.value), lineStart(text, key.range[0])] as const] : [],
  );
  const isByLine = starts.every(([, start], index) => index === 0 || start > starts[index - 1]![1]);
  if (!isByLine || starts.length === 0 || new Set(starts.map(([key]) => key)).size < starts.length) return null;
  const parts = starts.map(([key, start], index) => [`key ${key}`, text.slice(start, starts[index + 1]?.[1])] as const);
  return new Map([["", text.slice(0, starts[0]![1])], ...parts]);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function documentOf(text: string): Document.Parsed {
  const composed = composeYaml(text);
  if (composed.kind === "too_deep") throw new Error("only files that were read are edited");
  return composed.document;
}

function readsAlike(one: string, other: string): boolean {
  const [a, b] = [parseYaml("", one), parseYaml("", other)];
  return a.problems.length <= b.problems.length && JSON.stringify(a.value) === JSON.stringify(b.value);
}

function setIn(document: Document.Parsed, path: Path, value: unknown, order: readonly string[]): void {
  let holder: Node | null = document.contents;
  for (const [index, step] of path.slice(0, -1).entries()) {
    refuseAnchored(holder, document);
    const next = childOf(holder, step);
    if (next === null && typeof step === "string" && isMap(holder)) {
      // The enclosing mapping does not exist yet: create it with the value.
      const inner = path.slice(index + 1).reduceRight<unknown>((each, key) => ({ [String(key)]: each }), value);
      if (value !== undefined) addPair(document, holder, step, inner, index === 0 ? order : []);
      return;
    }
    if (isAlias(next)) throw new NotPossible("it is an alias of a value elsewhere in the file");
    holder = next;
  }
  const last = path.at(-1);
  if (last === undefined || !isCollection(holder)) throw new NotPossible("the file has no such value");
  refuseAnchored(holder, document);
  if (isMap(holder) && typeof last === "string") setKey(document, holder, last, value, path.length === 1 ? order : []);
  else if (isSeq(holder) && typeof last === "number") holder.items[last] = updated(document, holder.items[last], value);
  else throw new NotPossible("the file has no such value");
}

function setKey(document: Document.Parsed, map: YAMLMap, key: string, value: unknown, order: readonly string[]): void {
  const pair = pairOf(map, key);
  if (value === undefined) {
    if (pair === undefined && isMerging(map)) throw new NotPossible("it is merged in from elsewhere (<<)");
    if (pair === undefined) return;
    refuseAnchored(pair.value, document);
    map.items.splice(map.items.indexOf(pair), 1);
  } else if (pair === undefined) addPair(document, map, key, value, order);
  else pair.value = updated(document, pair.value, value);
}

/** Inserts a key before the first one that follows it in the usual order, otherwise at the end. */
function addPair(document: Document.Parsed, map: YAMLMap, key: string, value: unknown, order: readonly string[]): void {
  const rank = (name: unknown) => order.indexOf(String(name));
  const later = map.items.findIndex((item) => isScalar(item.key) && rank(item.key.value) > rank(key));
  const at = rank(key) === -1 || later === -1 ? map.items.length : later;
  map.items.splice(at, 0, document.createPair(keyNode(key), made(document, value, map.flow === true)));
}

function keyNode(key: string): Scalar {
  const node = new Scalar(key);
  inUsualStyle(node, true);
  return node;
}

function isMerging(map: YAMLMap): boolean {
  return map.items.some(({ key }) => isMergeKey(key));
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

function childOf(holder: Node | null, step: string | number): Node | null {
  const child: unknown = isMap(holder)
    ? pairOf(holder, String(step))?.value
    : isSeq(holder) && typeof step === "number"
      ? holder.items[step]
      : null;
  return isNode(child) ? child : null;
}

/** The node for a new value; unchanged parts keep their nodes and comments. */
function updated(document: Document.Parsed, node: unknown, value: unknown): Node {
  if (isAlias(node)) return isSame(document, node, value) ? node : made(document, value, false);
  refuseAnchored(node, document);
  if (isMap(node) && isObject(value)) return updatedMap(document, node, value);
  if (isSeq(node) && Array.isArray(value)) return updatedSeq(document, node, value);
  if (isScalar(node) && (typeof value !== "object" || value === null)) return updatedScalar(node, value);
  const fresh = made(document, value, false);
  if (!isNode(node)) return fresh;
  fresh.commentBefore = node.commentBefore ?? null;
  fresh.spaceBefore = node.spaceBefore ?? false;
  if (isScalar(node) || isScalar(fresh)) fresh.comment = node.comment ?? null;
  return fresh;
}

function updatedMap(document: Document.Parsed, map: YAMLMap, value: Record<string, unknown>): YAMLMap {
  if (isSame(document, map, value)) return map;
  if (isMerging(map)) throw new NotPossible("a part of it is merged in from elsewhere (<<)");
  for (const item of map.items.toReversed()) {
    if (isScalar(item.key) && !Object.hasOwn(value, String(item.key.value)))
      setKey(document, map, String(item.key.value), undefined, []);
  }
  for (const [key, each] of Object.entries(value)) setKey(document, map, key, each, []);
  return map;
}

/** Updates a list; remaining items keep their nodes. */
function updatedSeq(document: Document.Parsed, seq: YAMLSeq, value: readonly unknown[]): YAMLSeq {
  const left = new Set<unknown>(seq.items);
  const kept = value.map((each) => {
    const found = [...left].find((item) => isSame(document, item, each));
    if (found !== undefined) left.delete(found);
    return found;
  });
  const gone = [...left];
  for (const item of gone) refuseAnchored(item, document);
  const isEdited = value.length === seq.items.length;
  seq.items = value.map((each, index) => {
    if (kept[index] !== undefined) return kept[index];
    const before = isEdited ? gone.shift() : undefined;
    return before === undefined ? made(document, each, seq.flow === true) : updated(document, before, each);
  });
  return seq;
}

function updatedScalar(node: Scalar, value: unknown): Scalar {
  if (node.value === value) return node;
  node.value = value;
  delete node.source;
  const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  const isText = typeof value === "string";
  if (!isText || (value.includes("\n") && !isBlock) || (isBlock && !value.includes("\n"))) delete node.type;
  if (isText) inUsualStyle(node);
  return node;
}

function made(document: Document.Parsed, value: unknown, isInFlow: boolean): Node {
  const node = document.createNode(value) as Node;
  visit(node, {
    Scalar: (key, each) => inUsualStyle(each, key === "key"),
    Collection: (_key, each) => {
      each.flow = isInFlow || each.items.length === 0;
    },
  });
  return node;
}

function isSame(document: Document.Parsed, node: unknown, value: unknown): boolean {
  if (!isNode(node)) return value === null;
  return JSON.stringify(node.toJS(document)) === JSON.stringify(value);
}

/** Refuses to edit a value that is repeated elsewhere, which would change too. */
function refuseAnchored(node: unknown, document: Document.Parsed): void {
  if (!isNode(node)) return;
  const own = isScalar(node) || isCollection(node) ? node.anchor : undefined;
  if (own === undefined) return;
  const isRepeated = aliasesOf(document).some(({ source }) => source === own);
  if (isRepeated) throw new NotPossible(`other places of the file repeat it (*${own})`);
}

function aliasesOf(document: Document.Parsed): Alias[] {
  const found: Alias[] = [];
  visit(document, { Alias: (_key, alias) => void found.push(alias) });
  return found;
}
