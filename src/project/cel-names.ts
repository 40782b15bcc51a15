import type { ASTNode } from "@marcbachmann/cel-js";
import { celEnvironment } from "./cel.ts";

/** A name that an expression reads from its scope, and where (offsets in the expression). */
export interface FreeName {
  name: string;
  /** `x` of a plain `name.x`, which the span then includes; `null` when more or less than that is read. */
  member: string | null;
  start: number;
  end: number;
}

const comprehensions = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** The names that an expression reads and does not bind itself, in the order in which they stand. */
export function freeNames(node: ASTNode, bound: ReadonlySet<string> = new Set()): FreeName[] {
  if (node.op === "id") return freeName(node.args, null, node, bound);
  if (node.op === "." && node.args[0].op === "id") return freeName(node.args[0].args, node.args[1], node, bound);
  const binding = bindingOf(node);
  if (!binding) return childrenOf(node).flatMap((child) => freeNames(child, bound));
  const inner = new Set([...bound, binding.name]);
  return [
    ...binding.outside.flatMap((child) => freeNames(child, bound)),
    ...binding.inside.flatMap((child) => freeNames(child, inner)),
  ];
}

function freeName(
  name: string,
  member: string | null,
  { start, end }: ASTNode,
  bound: ReadonlySet<string>,
): FreeName[] {
  return bound.has(name) || celEnvironment.hasVariable(name) ? [] : [{ name, member, start, end }];
}

/** `list.map(x, ...)` and `cel.bind(x, value, ...)` give `x` a meaning in what follows it. */
function bindingOf(node: ASTNode): { name: string; outside: ASTNode[]; inside: ASTNode[] } | undefined {
  if (node.op !== "rcall") return undefined;
  const [method, receiver, [variable, ...rest]] = node.args;
  if (variable?.op !== "id") return undefined;
  if (comprehensions.has(method) && rest.length > 0) return { name: variable.args, outside: [receiver], inside: rest };
  const isBind = method === "bind" && receiver.op === "id" && receiver.args === "cel";
  return isBind ? { name: variable.args, outside: rest.slice(0, 1), inside: rest.slice(1) } : undefined;
}

function childrenOf(node: ASTNode): ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "call":
      return node.args[0] === "has" ? node.args[1].flatMap(childrenOf) : node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    case "!_":
    case "-_":
      return [node.args];
    default:
      return [...node.args];
  }
}
