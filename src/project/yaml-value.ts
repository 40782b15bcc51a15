import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Alias, Document, Node, Scalar, YAMLMap } from "yaml";
import type { ProblemCode } from "../problem-codes.ts";
import { maxDepth } from "./yaml-document.ts";

const maxAliasedNodes = 10_000;

/** Says what is wrong with one node: which, a code, plain words, what to do. */
export type ReportNode = (node: Node, code: ProblemCode, message: string, hint?: string) => void;

/**
 * The JSON value of a parsed document; what JSON cannot hold, duplicate keys and runaway aliases are reported and left out.
 */
export function plainValue(document: Document.Parsed, report: ReportNode): unknown {
  const state: Conversion = {
    report,
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
  /** The last node of each anchor, so far. */
  anchors: Map<string, Node>;
  /** What each alias repeats, settled where it stands: an anchor may be used again after it. */
  targets: Map<Alias, Node>;
  /** How many nodes were produced by aliases so far. */
  aliasedNodes: number;
  /** The last alias that does not stand inside what another alias repeats. */
  outermostAlias: Node | null;
  /** The nodes being converted, to find an alias that stands inside its own anchor. */
  open: Set<Node>;
}

function convert(node: unknown, depth: number, aliased: boolean, state: Conversion): unknown {
  if (state.aliasedNodes > maxAliasedNodes) return null;
  if (aliased) state.aliasedNodes += 1;
  else if (isNode(node) && !isAlias(node) && node.anchor !== undefined) state.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarValue(node, state.report);
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
  for (const { key, value } of node.items) {
    if (!isScalar(key) || typeof key.value !== "string") continue;
    if (key.value === "__proto__") state.report(key, "unknown_key", `the key "__proto__" is not allowed`);
    else if (Object.hasOwn(object, key.value))
      state.report(key, "duplicate_key", `the key "${key.value}" is there twice`);
    else object[key.value] = convert(value, depth + 1, aliased, state);
  }
  return object;
}

function aliasValue(node: Alias, depth: number, aliased: boolean, state: Conversion): unknown {
  const target = state.targets.get(node) ?? state.anchors.get(node.source);
  if (!target) {
    state.report(node, "unknown_alias", `no value before this is called "&${node.source}"`);
    return null;
  }
  state.targets.set(node, target);
  if (state.open.has(target)) {
    state.report(node, "alias_loop", "this alias stands inside the value that it repeats");
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
