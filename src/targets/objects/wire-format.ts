import { type Json, type JsonObject, asObject, canonicalJson, isAlike, isObject } from "../../kit/json.ts";
import type { Live, Marker } from "../../resources/resource.ts";

/** Both directions between one kind of resource and its objects in this API. */
export interface WireFormat<S extends object = object> {
  /** Where its objects are, after the base URL: `/assistants`. */
  path: string;
  /** The body for these fields, without metadata; `before` is the object that it changes. */
  toWire(spec: Partial<S>, before: S | null): JsonObject;
  /** Reads an object; `null` when it is not one. Metadata are those without the marker. */
  fromWire(value: JsonObject, metadata: Record<string, string>): S | null;
}

/** The entry of a vector store's metadata that says which files it has. */
export const filesKey = "playbill.files";

const markerKeys = { owner: "playbill.owner", spec: "playbill.spec", rev: "playbill.rev" } as const;

/** The body that creates or changes an object: the fields of `spec` that are there, and the marker among the metadata. */
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

/** Reads an object as the API gives it; `null` when it is not one of this kind. */
export function readLive<S extends object>(kind: string, format: WireFormat<S>, value: unknown): Live<S> | null {
  if (!isObject(value) || typeof value.id !== "string") return null;
  // What is not text is kept too: an update sends all metadata back.
  const metadata = asObject(value.metadata) as Record<string, string>;
  const own = Object.entries(metadata).filter(([key]) => !isMarkerKey(key) && key !== filesKey);
  const spec = format.fromWire(value, Object.fromEntries(own));
  if (spec === null) return null;
  const createdAt = typeof value.created_at === "number" ? value.created_at : 0;
  return { kind, id: value.id, createdAt, spec, marker: markerOf(value), wire: value };
}

/**
 * What `original` has that `known` lacks or has otherwise, level by level; `undefined` for nothing. `null` says "not set" and counts as
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

/** The same as something to spread into a spec: nothing, or the unknown part under `unknown`. */
export function withUnknown(original: JsonObject, known: JsonObject): { unknown?: JsonObject } {
  const part = unknownPart(original, known);
  return isObject(part) ? { unknown: part } : {};
}

/** Puts back what `unknownPart` took out. */
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

/** A marker as it is among the metadata of an object. */
export function markerToWire({ owner, spec, rev }: Marker): Record<string, string> {
  return { [markerKeys.owner]: owner, [markerKeys.spec]: spec, [markerKeys.rev]: rev };
}

/** The marker among the metadata of an object as the API gives it. */
export function markerOf(value: JsonObject): Marker | null {
  const { [markerKeys.owner]: owner, [markerKeys.spec]: spec, [markerKeys.rev]: rev } = asObject(value.metadata);
  if (typeof owner !== "string") return null;
  return { owner, spec: typeof spec === "string" ? spec : "", rev: typeof rev === "string" ? rev : "" };
}
