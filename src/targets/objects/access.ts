import type { JsonObject } from "../../kit/json.ts";
import type { Live, Marker } from "../../resources/resource.ts";
import type { HeldObject, Trace, Work } from "../target.ts";
import type { ListQuery } from "./lists.ts";
import type { WireFormat } from "./wire-format.ts";

/** How the objects of one kind are read and written; what is left out takes one request, the usual one. */
export interface KindAccess<S extends object = object> {
  format: WireFormat<S>;
  /** What its list is asked with, beside the order and the place to go on from. */
  query: ListQuery;
  /** What to throw for a list that could not be read, or for an object that could not be made. */
  explained(this: void, error: unknown): unknown;
  /** Completes an object with what the API says of it elsewhere. */
  completed?(this: void, live: Live<S>): Promise<Live<S>>;
  /** Makes an object, and gives it as the API answers it. */
  create?(this: void, spec: S, marker: Marker | null, work: Work): Promise<JsonObject>;
  /** Changes an object, and gives it as the API answers it. */
  update?(this: void, live: Live<S>, changes: Partial<S>, marker: Marker | null, work: Work): Promise<JsonObject>;
  /** As `Registry.members`. */
  members?(this: void, live: Live<S>): AsyncIterable<HeldObject>;
  /** As `Registry.traces`. */
  traces?(this: void, live: Live<S>): AsyncIterable<Trace>;
}

/** Work on an object that has no content, and that nobody watches. */
export const plainWork: Work = {
  contentOf: () => {
    throw new Error("there is no content to read");
  },
  onProgress: () => {},
  onMade: async () => {},
  isOwn: () => false,
  lifetime: null,
  replaces: null,
};
