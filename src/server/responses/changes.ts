import { inserted, type Write } from "../store/store.ts";
import type { Item } from "../wire/item.ts";
import type { ResponseEvent } from "../wire/response.ts";
import { conversationItems, itemKey, responseEvents, type EventBatch, type ResponseRecord } from "./kinds.ts";
import type { ResponseHappening } from "./state.ts";

/** The types of the Responses API, for the engine. */
export interface ResponseShape {
  record: ResponseRecord;
  event: ResponseHappening;
  change: ResponseChange;
  told: ResponseEvent;
}

/** What is written together with a response. */
export type ResponseChange =
  /** Events to publish after those already published; all of them are stored if `batch` is given. */
  | { kind: "events"; told: readonly ResponseEvent[]; batch: EventBatch | null }
  /** Items to add to a conversation. */
  | { kind: "items"; conversationId: string; items: readonly Item[] };

/** The writes of a change. */
export function writesOf(change: ResponseChange): Write[] {
  switch (change.kind) {
    case "events":
      return change.batch === null ? [] : [inserted(responseEvents, change.batch)];
    case "items":
      return conversationWrites(change.conversationId, change.items);
  }
}

/** The writes that add items to a conversation. */
export function conversationWrites(conversationId: string, items: readonly Item[]): Write[] {
  return items.map((item) =>
    inserted(conversationItems, { id: itemKey(conversationId, item.id), conversationId, item }),
  );
}

/** What listeners get about a change. */
export function toldOfChange(change: ResponseChange): ResponseEvent[] {
  return change.kind === "events" ? [...change.told] : [];
}
