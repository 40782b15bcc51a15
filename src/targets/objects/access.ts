import type { JsonObject } from "../../kit/json.ts";
import type { Live, Marker } from "../../resources/resource.ts";
import type { HeldObject, Trace, Work } from "../target.ts";
import type { ListQuery } from "./lists.ts";
import type { WireFormat } from "./wire-format.ts";

/** How the objects of one kind are read and written. An absent method means one standard request. */
export interface KindAccess<S extends object = object> {
  format: WireFormat<S>;
  /** The query of its list, besides the order and the cursor. */
  query: ListQuery;
  /** The error to throw for a list that could not be read, or an object that could not be created. */
  explained(this: void, error: unknown): unknown;
  /** Completes an object with data from other requests. */
  completed?(this: void, live: Live<S>): Promise<Live<S>>;
  /** Creates an object, and returns it as the API answers it. */
  create?(this: void, spec: S, marker: Marker | null, work: Work): Promise<JsonObject>;
  /** Changes an object, and returns it as the API answers it. */
  update?(this: void, live: Live<S>, changes: Partial<S>, marker: Marker | null, work: Work): Promise<JsonObject>;
  /** See `Registry.members`. */
  members?(this: void, live: Live<S>): AsyncIterable<HeldObject>;
  /** See `Registry.traces`. */
  traces?(this: void, live: Live<S>): AsyncIterable<Trace>;
}

/** Work on an object without content or progress reports. */
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
