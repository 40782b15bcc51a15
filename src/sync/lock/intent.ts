import type { FieldHashes } from "../../resources/fields.ts";
import type { Marker } from "../../resources/resource.ts";

/**
 * What a sync was about to make or change: the marker that it writes, as far as it is known before. Of an object without a marker only the
 * owner says something.
 */
export interface Intent extends Marker {
  /** Seconds since 1970: nothing that it makes is older. 0 for one of an earlier version, which says no more than a marker does. */
  since: number;
  /** The id of the object whose place the new one is to take; `null` when it takes none. */
  replaces: string | null;
  /** The hash of every field that it applies. */
  fields: FieldHashes;
}

/** True for the marker that was to be written, or that of another try of the same; what an intent could not know yet is left out of it. */
export function isMarkerOf(intent: Intent, { owner, rev, spec }: Marker): boolean {
  if (intent.owner !== owner || intent.rev !== rev) return false;
  const words = new Set(spec.split(" "));
  const isWhole = [...words].some((word) => word.includes("="));
  return intent.spec.split(" ").every((word) => words.has(word) || (!isWhole && word.includes("=")));
}
