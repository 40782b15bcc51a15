import { ApiFailure } from "../http/errors.ts";
import { kind, scopeAround, type Store } from "../store/store.ts";
import type { TokenDetails } from "../engine/usage.ts";
import type { Usage } from "../wire/run.ts";
import type { Metadata } from "../wire/common.ts";
import type { Item } from "../wire/item.ts";
import type { Include, ResponseEvent, ResponseObject } from "../wire/response.ts";
import { isOver } from "./state.ts";

/** A response and what the engine needs to continue it, even after a restart. */
export interface ResponseRecord {
  id: string;
  response: ResponseObject;
  /** The engine that executes it. */
  engine: string;
  conversationId: string | null;
  /** The input of its own request. */
  input: Item[];
  include: Include[];
  /** The requested service tier; the finished response has the tier that served it. */
  tier: string;
  /** Whether its events are stored: it was requested as a stream and with `store`. */
  isStreamed: boolean;
  /** The container for code, if code interpreter is among its tools. */
  containerId: string | null;
  /** Tokens so far, and how many of them were cached and used for reasoning. */
  usage: Usage;
  details: TokenDetails;
  /** How many of its events were published, including those of its status. */
  told: number;
  /** Whether something was published that a restart could not repeat. */
  isShown: boolean;
}

/** The tag of finished responses that are not to be stored: they are removed. */
export const notStored = "not_stored";

/** Responses, found by conversation and by status. */
export const responses = kind<ResponseRecord>("response", {
  parent: ({ conversationId }) => conversationId,
  thread: ({ id, conversationId }) => conversationId ?? id,
  tag: ({ response }) => (isOver(response) && !response.store ? notStored : response.status),
});

/** Events of a response that were published between two of its writes. */
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

/** A conversation, as it is stored and as the API returns it. */
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

/** Returns the conversation. Throws a 404 if it does not exist. */
export async function findConversation(store: Store, id: string): Promise<Conversation> {
  const found = await store.get(conversations, id);
  if (!found) throw new ApiFailure(404, `Conversation with id '${id}' not found.`);
  return found;
}

/** Returns the stored response. Throws a 404 if it does not exist or is not to be stored. */
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
