import { canonicalJson } from "../../kit/json.ts";
import { shortValue, valueChange } from "./line.ts";

/** One difference between two JSON Schemas: its path, and what it means to the caller. */
export interface SchemaChange {
  path: string;
  what: string;
}

type Node = Record<string, unknown>;

/** What changed between two JSON Schemas, by path: arguments, enum values, types, descriptions, then anything else. */
export function diffSchema(before: unknown, after: unknown, path: string, full: boolean): SchemaChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isNode(before) || !isNode(after)) return [{ path, what: valueChange(before, after, full) }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => diffKey(key, before, after, path, full));
}

function diffKey(key: string, before: Node, after: Node, path: string, full: boolean): SchemaChange[] {
  const [old, now] = [before[key], after[key]];
  const at = `${path}.${key}`;
  if (canonicalJson(old) === canonicalJson(now)) return [];
  if (key === "properties") return diffProperties(before, after, at, full);
  if (key === "required") return diffRequired(before, after, at);
  if (key === "enum" && Array.isArray(old) && Array.isArray(now)) return diffEnum(old, now, at);
  if (key === "description" && typeof old !== "object" && typeof now !== "object") {
    return [{ path, what: `description only: ${valueChange(old, now, full)}` }];
  }
  return diffSchema(old, now, at, full);
}

function diffProperties(before: Node, after: Node, path: string, full: boolean): SchemaChange[] {
  const [old, now] = [asNode(before.properties), asNode(after.properties)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.flatMap((name): SchemaChange[] => {
    const at = `${path}.${name}`;
    if (!Object.hasOwn(now, name)) return [{ path: at, what: "argument removed" }];
    if (Object.hasOwn(old, name)) return diffSchema(old[name], now[name], at, full);
    return [{ path: at, what: `${requires(after, name) ? "required" : "optional"} argument added` }];
  });
}

/** Compares what is required, of arguments on both sides: added and removed ones are reported already. */
function diffRequired(before: Node, after: Node, path: string): SchemaChange[] {
  const [old, now] = [asNode(before.properties), asNode(after.properties)];
  const stayed = Object.keys(old).filter((name) => Object.hasOwn(now, name));
  return stayed
    .filter((name) => requires(before, name) !== requires(after, name))
    .map((name) => ({ path, what: `${name} is now ${requires(after, name) ? "required" : "optional"}` }));
}

function diffEnum(old: unknown[], now: unknown[], path: string): SchemaChange[] {
  const has = (list: unknown[], value: unknown) => list.some((each) => canonicalJson(each) === canonicalJson(value));
  const removed = old.filter((value) => !has(now, value));
  const added = now.filter((value) => !has(old, value));
  if (removed.length + added.length === 0) return [{ path, what: "enum values in another order" }];
  return [
    ...removed.map((value) => ({ path, what: `enum value removed: ${shortValue(value)}` })),
    ...added.map((value) => ({ path, what: `enum value added: ${shortValue(value)}` })),
  ];
}

function requires(schema: Node, name: string): boolean {
  return Array.isArray(schema.required) && schema.required.includes(name);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asNode(value: unknown): Node {
  return isNode(value) ? value : {};
}
