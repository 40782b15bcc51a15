import type { CallFragment } from "./chunk.ts";
import { parseJson, isObject } from "../../../kit/json.ts";

/** A call as far as it has been received. */
export interface PartialCall {
  /** The upstream's id; `null` when it sent none. */
  upstreamId: string | null;
  upstreamIndex: number | null;
  name: string | null;
  arguments: string;
}

/**
 * The index of the call that a fragment continues; `calls.length` when it begins a new one. By the specification the index decides. But servers leave it out,
 * send 0 for every call, leave the id out, repeat id and name in every fragment, or make a new id for each. So: a fragment without
 * a name never begins a call unless its index is new; one with a name begins a call when its id is new, or, without id,
 * when its name differs or the call that it would continue already has all its arguments.
 */
export function callOf(fragment: CallFragment, calls: readonly PartialCall[]): number {
  const at = positionOf(fragment, calls);
  const call = calls[at];
  if (call === undefined) return calls.length;
  if (fragment.name === null) return at;
  return isOther(fragment, call) ? calls.length : at;
}

function isOther({ id, name, arguments: more }: CallFragment, call: PartialCall): boolean {
  if (id !== null && call.upstreamId !== null) return id !== call.upstreamId;
  if (call.name === null) return false;
  return name !== call.name || (more !== "" && isWhole(call.arguments));
}

/** By index, else by id, else the last one; the newest when several have the same. */
function positionOf({ index, id, name }: CallFragment, calls: readonly PartialCall[]): number {
  if (index !== null) return calls.findLastIndex((call) => call.upstreamIndex === index);
  if (id !== null) {
    const known = calls.findLastIndex((call) => call.upstreamId === id);
    return known === -1 && name === null ? calls.length - 1 : known;
  }
  return calls.length - 1;
}

/** True when arguments are a complete JSON object. */
function isWhole(written: string): boolean {
  return isObject(parseJson(written));
}
