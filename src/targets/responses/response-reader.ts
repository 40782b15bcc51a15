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
  /** As the API returned it; read by `usageOf`. */
  usage: unknown;
  model: string | null;
}

/** Assembles one response from its stream, or from the complete object. */
export interface ResponseReader {
  read(this: void, event: WireEvent): TurnEvent[];
  /** Takes a response object, and returns what was not streamed before; records the end when the response has ended. */
  take(this: void, response: JsonObject): TurnEvent[];
  /** Takes items without a response. */
  takeItems(this: void, items: readonly Item[]): TurnEvent[];
  id(this: void): string | null;
  /** The complete items so far, in order. */
  output(this: void): readonly Item[];
  calls(this: void): FunctionCall[];
  /** `null` while it is in progress, and for a stream that was cut. */
  end(this: void): ResponseEnd | null;
  /** The content of an `error` event of the stream; the failed response may still follow. */
  error(this: void): JsonObject | null;
  /** The response as the API last returned it. */
  latest(this: void): JsonObject;
}

const ends: Record<string, EndStatus> = {
  completed: "completed",
  failed: "failed",
  incomplete: "incomplete",
  cancelled: "cancelled",
};

/** A reader of one response. It uses complete items in their order: item numbers may have gaps, and unknown items are kept. */
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
    // Some proxies use other item ids here, and some servers return no items: the streamed ones take precedence.
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
      // The name of an unreadable event still shows how the response ended.
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

/** A function call that needs an output; `null` for any other item. */
function callOf(item: Item): FunctionCall | null {
  if (item.type !== "function_call") return null;
  return {
    callId: asText(item.call_id) || asText(item.id),
    name: asText(item.name),
    arguments: asText(item.arguments),
  };
}
