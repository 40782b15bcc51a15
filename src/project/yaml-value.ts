import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Alias, Document, Node, Scalar, YAMLMap } from "yaml";
import type { ProblemCode } from "../problem-codes.ts";
import { isObject } from "../kit/json.ts";
import { maxDepth } from "./yaml-document.ts";

const maxAliasedNodes = 10_000;

/** Reports a fault of a node: the code, a message, and what to do. */
export type ReportNode = (node: Node, code: ProblemCode, message: string, hint?: string) => void;

/**
 * The JSON value of a parsed document; values that JSON cannot represent, duplicate keys and alias bombs are reported and left out.
 */
export function plainValue(document: Document.Parsed, text: string, report: ReportNode): unknown {
  const state: Conversion = {
    report,
    text,
    anchors: new Map(),
    targets: new Map(),
    aliasedNodes: 0,
    outermostAlias: null,
    open: new Set(),
  };
  const value = document.contents === null ? null : convert(document.contents, 0, false, state);
  if (state.outermostAlias && state.aliasedNodes > maxAliasedNodes) {
    const message = `aliases repeat more than ${maxAliasedNodes} values`;
    report(state.outermostAlias, "alias_bomb", message, "Write the values out.");
  }
  return value;
}

interface Conversion {
  report: ReportNode;
  /** The text of the complete file. */
  text: string;
  /** The last node of each anchor, so far. */
  anchors: Map<string, Node>;
  /** The target of each alias, resolved at its position: an anchor may be redefined later. */
  targets: Map<Alias, Node>;
  /** The number of nodes produced by aliases so far. */
  aliasedNodes: number;
  /** The last alias that is not inside the target of another alias. */
  outermostAlias: Node | null;
  /** The nodes being converted, to find an alias inside its own anchor. */
  open: Set<Node>;
}

function convert(node: unknown, depth: number, aliased: boolean, state: Conversion): unknown {
  if (state.aliasedNodes > maxAliasedNodes) return null;
  if (aliased) state.aliasedNodes += 1;
  else if (isNode(node) && !isAlias(node) && node.anchor !== undefined) state.anchors.set(node.anchor, node);
  if (isScalar(node)) {
    if (!aliased) warnOfPlainText(node, state);
    return scalarValue(node, state.report);
  }
  if (isAlias(node)) return aliasValue(node, depth, aliased, state);
  if (!isMap(node) && !isSeq(node)) return null;
  if (depth >= maxDepth) {
    state.report(node, "too_deep", `nested more than ${maxDepth} levels deep`);
    return null;
  }
  state.open.add(node);
  const value = isMap(node)
    ? mapValue(node, depth, aliased, state)
    : node.items.map((item) => convert(item, depth + 1, aliased, state));
  state.open.delete(node);
  return value;
}

function mapValue(node: YAMLMap, depth: number, aliased: boolean, state: Conversion): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const merged: unknown[] = [];
  for (const { key, value } of node.items) {
    if (!isScalar(key) || typeof key.value !== "string") continue;
    if (isMergeKey(key)) merged.push(...mergedValues(key, value, convert(value, depth + 1, aliased, state), state));
    else if (key.value === "__proto__") state.report(key, "unknown_key", `the key "__proto__" is not allowed`);
    else if (Object.hasOwn(object, key.value))
      state.report(key, "duplicate_key", `the key "${key.value}" is used twice`);
    else object[key.value] = convert(value, depth + 1, aliased, state);
  }
  return merged.length === 0 ? object : (Object.assign({}, ...merged.toReversed(), object) as Record<string, unknown>);
}

/** True for a plain `<<`, whose value is merged into the mapping around it (YAML 1.1, "Merge Key Language-Independent Type"). */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

/** The merged mappings; earlier ones take precedence. A broken alias was already reported. */
function mergedValues(key: Scalar, node: unknown, value: unknown, { targets, report }: Conversion): unknown[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const nodes = isSeq(node) ? node.items : [node];
  const found = values.filter((_, index) => !isAlias(nodes[index]) || targets.has(nodes[index]));
  if (found.every(isObject)) return found;
  report(
    key,
    "wrong_type",
    '"<<" must be a mapping or a list of mappings',
    "For example <<: *name, where &name is a mapping.",
  );
  return [];
}

/** Warns about text without quotes that YAML reads differently than it looks. */
function warnOfPlainText(node: Scalar, { text, report }: Conversion): void {
  if (node.type !== "PLAIN" || typeof node.value !== "string" || !node.range) return;
  const [start, end] = node.range;
  if (/^[ \t]#/.test(text.slice(end, end + 2)))
    report(
      node,
      "comment_after_text",
      `the text ends here: what follows "${text.slice(end + 1, end + 2)}" is a comment`,
      "Put the text in quotes if it continues, or two spaces before the #.",
    );
  if (/\n\s*- /.test(text.slice(start, end)))
    report(
      node,
      "list_in_text",
      "the list below is read as part of this text",
      "Indent its items like the ones above.",
    );
}

function aliasValue(node: Alias, depth: number, aliased: boolean, state: Conversion): unknown {
  const target = state.targets.get(node) ?? state.anchors.get(node.source);
  if (!target) {
    state.report(
      node,
      "unknown_alias",
      `no value before this is called "&${node.source}"`,
      "Put a text that begins with * in quotes.",
    );
    return null;
  }
  state.targets.set(node, target);
  if (state.open.has(target)) {
    state.report(node, "alias_loop", "this alias is inside the value that it repeats");
    return null;
  }
  if (!aliased) state.outermostAlias = node;
  return convert(target, depth, true, state);
}

function scalarValue(node: Scalar, report: ReportNode): unknown {
  const { value } = node;
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) report(node, "wrong_type", `${node.source ?? value} is not a number that JSON has`);
  else if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? ""))
    report(node, "out_of_range", `${node.source} is too large to be kept exactly`, "Write it in quotes, as text.");
  return value;
}
