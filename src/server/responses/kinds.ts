import { ApiFailure } from "../http/errors.ts";
import { kind, scopeAround, type Store } from "../store/store.ts";
import type { TokenDetails } from "../engine/usage.ts";
import type { Usage } from "../wire/run.ts";
import type { Metadata } from "../wire/common.ts";
import type { Item } from "../wire/item.ts";
import type { Include, ResponseEvent, ResponseObject } from "../wire/response.ts";
import { isOver } from "./state.ts";

/** A response and what the engine must remember of it, also after a restart. */
export interface ResponseRecord {
  id: string;
  response: ResponseObject;
  /** The engine that carries it out. */
  engine: string;
  conversationId: string | null;
  /** What its own request brought along. */
  input: Item[];
  include: Include[];
  /** The service tier that was asked for; the response has the one it was served at when it is over. */
  tier: string;
  /** Whether its events are kept: it was asked for as a stream, and to be stored. */
  isStreamed: boolean;
  /** The container of code, when code interpreter is among its tools. */
  containerId: string | null;
  /** Tokens so far, and what of them was cached and thought. */
  usage: Usage;
  details: TokenDetails;
  /** How many events were told of it, those of its status included. */
  told: number;
  /** Whether something was told that a restart could not tell again. */
  isShown: boolean;
}

/** The tag of responses that are over and were not to be stored: they are removed. */
export const notStored = "not_stored";

/** Responses, found by conversation and by status. */
export const responses = kind<ResponseRecord>("response", {
  parent: ({ conversationId }) => conversationId,
  thread: ({ id, conversationId }) => conversationId ?? id,
  tag: ({ response }) => (isOver(response) && !response.store ? notStored : response.status),
});

/** Events of a response, as many as were told between two of its writes. */
export interface EventBatch {
  id: string;
  responseId: string;
  thread: string;
  events: ResponseEvent[];
}

/** Events in the store, found by response, in their order. */
export const responseEvents = kind<EventBatch>("response_events", {
  parent: ({ responseId }) => responseId,
  thread: ({ thread }) => thread,
});

/** A conversation, as it is answered and stored. */
export interface Conversation {
  id: string;
  object: "conversation";
  created_at: number;
  metadata: Metadata;
}

/** Conversations in the store. */
export const conversations = kind<Conversation>("conversation", { thread: ({ id }) => id });

/** An item of a conversation. */
export interface ConversationItem {
  /** See `itemKey`. */
  id: string;
  conversationId: string;
  item: Item;
}

/** The key of a conversation's item: the same item may be in several conversations. */
export const itemKey = (conversationId: string, itemId: string) => `${conversationId}/${itemId}`;

/** Items of conversations, in their order. */
export const conversationItems = kind<ConversationItem>("conversation_item", {
  parent: ({ conversationId }) => conversationId,
  thread: ({ conversationId }) => conversationId,
});

/** The conversation, or the 404. */
export async function findConversation(store: Store, id: string): Promise<Conversation> {
  const found = await store.get(conversations, id);
  if (!found) throw new ApiFailure(404, `Conversation with id '${id}' not found.`);
  return found;
}

/** The stored response, or the 404; one that was not to be stored is not found. */
export async function findResponse(store: Store, id: string): Promise<ResponseRecord> {
  const found = await store.get(responses, id);
  if (!found?.response.store) throw new ApiFailure(404, `Response with id '${id}' not found.`);
  return found;
}

/** Removes a response with its events. */
export async function removeResponse(store: Store, record: ResponseRecord): Promise<void> {
  await store.transaction(
    async (tx) => {
      await tx.removeChildren(responseEvents, record.id);
      await tx.remove(responses, record.id);
    },
    scopeAround(responses, record),
  );
}
