import { type JsonObject, asObject } from "../../kit/json.ts";
import type { Marker } from "../../resources/resource.ts";
import { malformedAnswer } from "../failure.ts";
import type { Call } from "../http/call.ts";
import { type Undecided, createMake } from "../http/once.ts";
import type { Work } from "../target.ts";
import { type ListQuery, betaHeaders, readList } from "./lists.ts";
import { markerOf } from "./wire-format.ts";

/** An object to create with one request. */
interface MarkedObject {
  /** As in "create the assistant". */
  what: string;
  /** The path at which its kind is created and listed. */
  path: string;
  query: ListQuery;
  body: JsonObject;
  /** The marker in its metadata; without one, an object whose answer was lost cannot be found. */
  marker: Marker | null;
  work: Pick<Work, "isOwn" | "replaces">;
  /** The error to throw when it could not be created. */
  explained(this: void, error: unknown): unknown;
}

/** Creates an object exactly once, and returns it as the API answers it; an error states what is unknown. */
export type MakeMarked = (object: MarkedObject) => Promise<JsonObject & { id: string }>;

/** Creates objects with markers at one target. If an answer is lost, the object is found as one with its marker that was not there before. */
export function createMakeMarked(
  deps: { call: Call; baseUrl: string } & Pick<Undecided<unknown>, "clock" | "retries" | "signal">,
): MakeMarked {
  const { call, baseUrl } = deps;
  const make = createMake(deps);
  return ({ what, path, query, body, marker, work, explained }) => {
    async function send(): ReturnType<MakeMarked> {
      const answer = await call(what, (client) => client.post(path, { body, ...betaHeaders })).catch((error: unknown) =>
        Promise.reject(explained(error) as Error),
      );
      const made = asObject(answer);
      if (typeof made.id !== "string") throw malformedAnswer(what, baseUrl, "something that has no id");
      return { ...made, id: made.id };
    }
    async function* alike() {
      for await (const found of readList(deps, { what: `list what is at ${path}`, path, query })) {
        const there = markerOf(found);
        const isSame = there !== null && there.owner === marker?.owner && there.spec === marker.spec;
        if (isSame && !work.isOwn(found.id) && found.id !== work.replaces?.id) yield found;
      }
    }
    return marker === null ? send() : make({ key: `${path} ${marker.owner} ${marker.spec}`, send, alike });
  };
}
