import { type Json, type JsonObject, asObject, canonicalJson, isAlike, isObject } from "../../kit/json.ts";
import type { Live, Marker } from "../../resources/resource.ts";

/** The conversion between one kind of resource and its objects in this API, in both directions. */
export interface WireFormat<S extends object = object> {
  /** The path of its objects after the base URL: `/assistants`. */
  path: string;
  /** The request body for these fields, without metadata; `before` is the object that it changes. */
  toWire(spec: Partial<S>, before: S | null): JsonObject;
  /** Reads an object; `null` when it is not one. `metadata` does not include the marker. */
  fromWire(value: JsonObject, metadata: Record<string, string>): S | null;
}

/** The entry of a vector store's metadata that describes its files. */
export const filesKey = "playbill.files";

const markerKeys = { owner: "playbill.owner", spec: "playbill.spec", rev: "playbill.rev" } as const;

/** The body that creates or changes an object: the given fields of `spec`, and the marker in the metadata. */
export function bodyOf<S extends object>(
  format: WireFormat<S>,
  spec: Partial<S>,
  { metadata, marker, before = null }: { metadata: Record<string, string>; marker: Marker | null; before?: S | null },
): JsonObject {
  return {
    ...format.toWire(spec, before),
    metadata: { ...metadata, ...(marker === null ? {} : markerToWire(marker)) },
  };
}

/** Reads an object as the API returns it; `null` when it is not one of this kind. */
export function readLive<S extends object>(kind: string, format: WireFormat<S>, value: unknown): Live<S> | null {
  if (!isObject(value) || typeof value.id !== "string") return null;
  // Values that are not text are kept too: an update sends all metadata back.
  const metadata = asObject(value.metadata) as Record<string, string>;
  const own = Object.entries(metadata).filter(([key]) => !isMarkerKey(key) && key !== filesKey);
  const spec = format.fromWire(value, Object.fromEntries(own));
  if (spec === null) return null;
  const createdAt = typeof value.created_at === "number" ? value.created_at : 0;
  return { kind, id: value.id, createdAt, spec, marker: markerOf(value), wire: value };
}

/**
 * The parts of `original` that `known` lacks or that differ, level by level; `undefined` when there are none. `null` means "not set" and counts as
 * absent.
 */
export function unknownPart(original: unknown, known: unknown): Json | undefined {
  if (original === null || original === undefined || isAlike(original, known)) return undefined;
  if (canonicalJson(original) === canonicalJson(known)) return undefined;
  if (!isObject(original) || !isObject(known)) return original as Json;
  const entries = Object.entries(original).flatMap(([key, value]) => {
    const part = unknownPart(value, known[key]);
    return part === undefined ? [] : [[key, part] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The unknown part in a form to spread into a spec: empty, or under `unknown`. */
export function withUnknown(original: JsonObject, known: JsonObject): { unknown?: JsonObject } {
  const part = unknownPart(original, known);
  return isObject(part) ? { unknown: part } : {};
}

/** Merges back what `unknownPart` separated. */
export function merged(known: JsonObject, unknown: JsonObject | undefined): JsonObject {
  const entries = Object.entries(unknown ?? {}).map(([key, value]) => {
    const there = known[key];
    return [key, isObject(there) && isObject(value) ? merged(there, value) : value] as const;
  });
  return { ...known, ...Object.fromEntries(entries) };
}

function isMarkerKey(key: string): boolean {
  return key === markerKeys.owner || key === markerKeys.spec || key === markerKeys.rev;
}

/** A marker as entries of an object's metadata. */
export function markerToWire({ owner, spec, rev }: Marker): Record<string, string> {
  return { [markerKeys.owner]: owner, [markerKeys.spec]: spec, [markerKeys.rev]: rev };
}

/** The marker in the metadata of an object as the API returns it. */
export function markerOf(value: JsonObject): Marker | null {
  const { [markerKeys.owner]: owner, [markerKeys.spec]: spec, [markerKeys.rev]: rev } = asObject(value.metadata);
  if (typeof owner !== "string") return null;
  return { owner, spec: typeof spec === "string" ? spec : "", rev: typeof rev === "string" ? rev : "" };
}
