import type { ASTNode } from "@marcbachmann/cel-js";
import { bindingOf, childrenOf, parseCel } from "./cel.ts";
import { ExpressionError, parseExpression, type Expression, type Scope } from "./expression.ts";

/** One step into a value, and where it is in the expression. */
export type AccessStep =
  /** `.status` */
  | { kind: "name"; name: string; start: number; end: number }
  /** `["A-1001"]`, `[0]` */
  | { kind: "key"; key: string | number; start: number; end: number }
  /** `[args.id]`: the key is only known after evaluation. */
  | { kind: "computed"; expression: Expression; start: number; end: number };

/**
 * What an expression reads from a name in its scope: for each place, the steps that must exist. Optional steps (`has(...)`,
 * `.?name`) are left out.
 */
export function accessesOf(source: string, name: string): AccessStep[][] {
  return accessesIn(parseCel(source).ast, { source, name }, new Set());
}

const form = "a path has the form name.key[expression]";

/**
 * The steps of a path, in the syntax of expressions that read a value: `orders[args.id].status`, `["two words"][0]`. Throws
 * an ExpressionError.
 */
export function parsePath(text: string): AccessStep[] {
  const root = "root";
  const source = `${root}${text.startsWith("[") ? "" : "."}${text}`;
  const shift = text.length - source.length;
  const chain = chainOf(parseRooted(source, text, shift), { source, name: root }, new Set());
  if (chain === null || chain.steps.length === 0 || chain.isLoose) {
    throw new ExpressionError("bad_expression", text, form);
  }
  return chain.steps.map((step) => Object.assign(step, { start: step.start + shift, end: step.end + shift }));
}

/** The keys and indexes of a path in a scope; throws an ExpressionError. */
export function evaluatePath(steps: readonly AccessStep[], scope: Scope): (string | number)[] {
  return steps.map((step) => {
    if (step.kind !== "computed") return step.kind === "name" ? step.name : step.key;
    const { source } = step.expression;
    const key = step.expression.evaluate(scope);
    if (typeof key === "string" || (typeof key === "number" && Number.isInteger(key))) return key;
    throw new ExpressionError("failed_expression", source, `[${source}] is ${JSON.stringify(key)}, which is not a key`);
  });
}

/** The syntax tree of a path after a root; errors refer to places in the path. */
function parseRooted(source: string, text: string, shift: number): ASTNode {
  try {
    parseExpression(source);
    return parseCel(source).ast;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const inText = (at: number) => Math.min(Math.max(at + shift, 0), text.length);
    throw new ExpressionError(error.code, text, form, { start: inText(error.start), end: inText(error.end) });
  }
}

interface Root {
  source: string;
  name: string;
}

function accessesIn(node: ASTNode, root: Root, bound: ReadonlySet<string>): AccessStep[][] {
  const chain = chainOf(node, root, bound);
  if (chain !== null) return [chain.steps, ...chain.keys.flatMap((key) => accessesIn(key, root, bound))];
  const binding = bindingOf(node);
  if (!binding) return childrenOf(node).flatMap((child) => accessesIn(child, root, bound));
  const inner = new Set([...bound, binding.name]);
  return [
    ...binding.outside.flatMap((child) => accessesIn(child, root, bound)),
    ...binding.inside.flatMap((child) => accessesIn(child, root, inner)),
  ];
}

interface Chain {
  steps: AccessStep[];
  /** The expressions in brackets. */
  keys: ASTNode[];
  /** True after an optional step: the following steps may be missing too. */
  isLoose: boolean;
}

/** The steps from a name to the value of a node; `null` when the node does not begin with the name. */
function chainOf(node: ASTNode, root: Root, bound: ReadonlySet<string>): Chain | null {
  if (node.op === "id") {
    return node.args === root.name && !bound.has(root.name) ? { steps: [], keys: [], isLoose: false } : null;
  }
  if (node.op === "." || node.op === ".?") {
    const [receiver, name] = node.args;
    const before = chainOf(receiver, root, bound);
    if (before === null) return null;
    if (before.isLoose || node.op === ".?") return { ...before, isLoose: true };
    return {
      ...before,
      steps: [...before.steps, { kind: "name", name, start: node.end - name.length, end: node.end }],
    };
  }
  if (node.op === "[]" || node.op === "[?]") {
    const [receiver, key] = node.args;
    const before = chainOf(receiver, root, bound);
    if (before === null) return null;
    const keys = [...before.keys, key];
    if (before.isLoose || node.op === "[?]") return { ...before, keys, isLoose: true };
    return { ...before, keys, steps: [...before.steps, keyStep(key, root)] };
  }
  return null;
}

function keyStep(key: ASTNode, { source }: Root): AccessStep {
  const { start, end } = key;
  const value: unknown = key.op === "value" ? key.args : undefined;
  if (typeof value === "string") return { kind: "key", key: value, start, end };
  if (typeof value === "bigint") return { kind: "key", key: Number(value), start, end };
  return { kind: "computed", expression: parseExpression(source.slice(start, end)), start, end };
}
