import { type JsonObject, asObject, asText, isObject, objectsOf, someTextOrNull } from "../../kit/json.ts";
import type { WireEvent } from "../http/client.ts";
import type { EndStatus, FunctionCall, TurnEvent } from "../target.ts";
import type { Item } from "./items.ts";
import { eventsOfItem } from "./item-events.ts";

/** How a response ended. */
export interface ResponseEnd {
  status: EndStatus;
  error: { code: string; message: string } | null;
  reason: string | null;
  /** As the API gave it; read by `usageOf`. */
  usage: unknown;
  model: string | null;
}

/** Puts one response together from what is streamed of it, or from the whole object. */
export interface ResponseReader {
  read(this: void, event: WireEvent): TurnEvent[];
  /** Takes what a response as an object says that was not streamed before; ends the reading when it has ended. */
  take(this: void, response: JsonObject): TurnEvent[];
  /** Takes items of which nobody says to which response they belong. */
  takeItems(this: void, items: readonly Item[]): TurnEvent[];
  id(this: void): string | null;
  /** All that came out so far, whole items only, in order. */
  output(this: void): readonly Item[];
  calls(this: void): FunctionCall[];
  /** `null` as long as it goes on, and for a stream that was cut. */
  end(this: void): ResponseEnd | null;
  /** What an `error` event of the stream said; the response that failed may still follow. */
  error(this: void): JsonObject | null;
  /** The response as the API gave it last. */
  latest(this: void): JsonObject;
}

const ends: Record<string, EndStatus> = {
  completed: "completed",
  failed: "failed",
  incomplete: "incomplete",
  cancelled: "cancelled",
};

/** A reader of one response. Numbers of items may skip some, and what it does not know is kept: it goes by whole items in their order. */
export function createResponseReader(): ResponseReader {
  const output: Item[] = [];
  const told = new Set<string>();
  let latest: JsonObject = {};
  let error: JsonObject | null = null;
  let end: ResponseEnd | null = null;

  function tell(item: Item): TurnEvent[] {
    const id = someTextOrNull(item.id) ?? someTextOrNull(item.call_id);
    if (id !== null && told.has(id)) return [];
    if (id !== null) told.add(id);
    output.push(item);
    return eventsOfItem(item);
  }

  function take(response: JsonObject): TurnEvent[] {
    latest = response;
    const status = ends[asText(response.status)];
    const whole = status === undefined ? [] : objectsOf(response.output);
    // Some proxies give an item another id here, and some servers give no items here: what was streamed counts.
    const events = whole.length > output.length ? whole.flatMap(tell) : [];
    if (status !== undefined) end ??= endOf(status, response, error);
    return events;
  }

  return {
    read({ event, data }) {
      const value = asObject(data);
      const type = someTextOrNull(value.type) ?? event;
      if (type === "error") error = isObject(value.error) ? value.error : value;
      if (type.endsWith(".delta")) return textOf(type, value.delta);
      if (type === "response.output_item.done") return isObject(value.item) ? tell(value.item) : [];
      if (isObject(value.response)) return take(value.response);
      // An event that cannot be read still says by its name how the response ended.
      const status = /^response\.(\w+)$/.exec(data === null ? type : "")?.[1] ?? "";
      return status in ends ? take({ ...latest, status }) : [];
    },
    take,
    takeItems: (items) => items.flatMap(tell),
    id: () => someTextOrNull(latest.id),
    output: () => output,
    calls: () => output.flatMap((item) => callOf(item) ?? []),
    end: () => end,
    error: () => error,
    latest: () => latest,
  };
}

function textOf(type: string, delta: unknown): TurnEvent[] {
  const isSaid = type === "response.output_text.delta" || type === "response.refusal.delta";
  return isSaid && typeof delta === "string" && delta !== "" ? [{ kind: "text", delta }] : [];
}

function endOf(status: EndStatus, response: JsonObject, streamed: JsonObject | null): ResponseEnd {
  const said = isObject(response.error) ? response.error : status === "failed" ? streamed : null;
  return {
    status,
    error: said && { code: asText(said.code) || asText(said.type), message: asText(said.message) },
    reason: someTextOrNull(asObject(response.incomplete_details).reason),
    usage: response.usage,
    model: someTextOrNull(response.model),
  };
}

/** A call that waits for an answer of ours; `null` for everything else. */
function callOf(item: Item): FunctionCall | null {
  if (item.type !== "function_call") return null;
  return {
    callId: asText(item.call_id) || asText(item.id),
    name: asText(item.name),
    arguments: asText(item.arguments),
  };
}
