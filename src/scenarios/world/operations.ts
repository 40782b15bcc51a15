import { isObject, type JsonObject, type JsonPath } from "../../kit/json.ts";
import { show, showPath } from "../matcher/json.ts";

/** The state that the tools of a scenario share: what they read and change. Never changed in place. */
export type World = Readonly<JsonObject>;

/** One change of a world, with its path and value evaluated. */
export type Operation =
  /** Replaces a value, or adds a key to an object. */
  | { kind: "set"; path: JsonPath; value: unknown }
  /** Adds an element at the end of a list. */
  | { kind: "append"; path: JsonPath; value: unknown }
  /** Removes a key of an object or an element of a list; removing something that does not exist is allowed. */
  | { kind: "remove"; path: JsonPath };

/** A world after an operation, or why it could not be applied. */
export type Applied = { kind: "applied"; world: World } | { kind: "problem"; message: string };

/** Applies operations one after the other: all of them, or none. */
export function applyAll(world: World, operations: readonly Operation[]): Applied {
  let now = world;
  for (const operation of operations) {
    const next = applyOperation(now, operation);
    if (next.kind === "problem") return next;
    now = next.world;
  }
  return { kind: "applied", world: now };
}

/** Applies one operation; unaffected parts remain the same objects. */
export function applyOperation(world: World, operation: Operation): Applied {
  const result = changeAt(world, operation.path, 0, operation);
  if (result.kind === "problem") return result;
  return result.kind === "value" && isObject(result.value)
    ? { kind: "applied", world: result.value }
    : { kind: "problem", message: "the world itself is an object" };
}

/** The value at a path; `undefined` when there is none. */
export function valueAt(world: World, path: JsonPath): unknown {
  return path.reduce<unknown>((value, step) => member(value, step), world);
}

type Changed = { kind: "value"; value: unknown } | { kind: "gone" } | { kind: "problem"; message: string };

/** The value at the first `depth` steps after the operation. */
function changeAt(value: unknown, path: JsonPath, depth: number, operation: Operation): Changed {
  const step = path[depth];
  if (step === undefined) return changeHere(value, path, operation);
  if (!isHolder(value, step)) {
    return operation.kind === "remove" ? { kind: "value", value } : noHolder(value, path, depth, operation);
  }
  const before = member(value, step);
  const isLast = depth === path.length - 1;
  if (before === undefined && operation.kind === "remove") return { kind: "value", value };
  if (before === undefined && !(isLast && operation.kind === "set" && isObject(value))) {
    return problem(`there is no ${showPath(path.slice(0, depth + 1))}${named(value)}`, operation);
  }
  const inside = changeAt(before, path, depth + 1, operation);
  if (inside.kind === "problem") return inside;
  return {
    kind: "value",
    value: inside.kind === "gone" ? without(value, step) : withMember(value, step, inside.value),
  };
}

function changeHere(value: unknown, path: JsonPath, operation: Operation): Changed {
  switch (operation.kind) {
    case "set":
      return { kind: "value", value: operation.value };
    case "remove":
      return { kind: "gone" };
    case "append":
      return Array.isArray(value)
        ? { kind: "value", value: [...(value as unknown[]), operation.value] }
        : problem(`${showPath(path)} is not a list: ${show(value)}`, operation);
  }
}

/** True when a value can have the member: an object has keys, a list has indexes. */
function isHolder(value: unknown, step: string | number): value is JsonObject | unknown[] {
  return typeof step === "number" ? Array.isArray(value) : isObject(value);
}

function member(value: unknown, step: string | number): unknown {
  if (typeof step === "number") return Array.isArray(value) ? (value as unknown[])[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** Sets a member; existing keys keep their position. */
function withMember(holder: JsonObject | unknown[], step: string | number, value: unknown): unknown {
  if (Array.isArray(holder)) return holder.with(Number(step), value);
  const key = String(step);
  const entries = Object.entries(holder).map(([each, old]) => [each, each === key ? value : old] as const);
  return Object.fromEntries(Object.hasOwn(holder, key) ? entries : [...entries, [key, value]]);
}

function without(holder: JsonObject | unknown[], step: string | number): unknown {
  if (Array.isArray(holder)) return holder.toSpliced(Number(step), 1);
  return Object.fromEntries(Object.entries(holder).filter(([key]) => key !== step));
}

function noHolder(value: unknown, path: JsonPath, depth: number, operation: Operation): Changed {
  const where = depth === 0 ? "the world" : showPath(path.slice(0, depth));
  const step = path[depth];
  const wanted = typeof step === "number" ? `a list, so it has no [${step}]` : `an object, so it has no ${show(step)}`;
  return problem(`${where} is not ${wanted}: it is ${show(value)}`, operation);
}

function named(value: unknown): string {
  const most = 10;
  if (Array.isArray(value)) return `: the list has ${value.length} elements`;
  const keys = isObject(value) ? Object.keys(value) : [];
  if (keys.length === 0) return "";
  return `; the keys are ${keys.slice(0, most).map(show).join(", ")}${keys.length > most ? ", …" : ""}`;
}

function problem(message: string, { kind, path }: Operation): Changed {
  return { kind: "problem", message: `${kind} ${showPath(path)}: ${message}` };
}
