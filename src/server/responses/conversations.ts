import { notFound, refuse } from "../http/errors.ts";
import { inTransaction, seconds, type Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import type { Metadata } from "../wire/common.ts";
import type { Item } from "../wire/item.ts";
import { conversationWrites } from "./changes.ts";
import { readInput } from "./input.ts";
import {
  conversationItems,
  conversations,
  findConversation,
  itemKey,
  type Conversation,
  type ConversationItem,
} from "./kinds.ts";

type Needed = Pick<Services, "store" | "clock" | "ids">;

/** Stores a conversation with its first items. */
export async function createConversation(
  services: Needed,
  { items = null, metadata }: { items?: readonly unknown[] | null; metadata?: Metadata | null },
): Promise<Conversation> {
  const { clock, ids } = services;
  const conversation: Conversation = {
    id: ids("conv_"),
    object: "conversation",
    created_at: seconds(clock),
    metadata: metadata ?? {},
  };
  const read = await readInput(services, items, async () => null, "items");
  checkDistinct(read);
  await inTransaction(
    services,
    async ({ store }) => {
      await store.insert(conversations, conversation);
      await store.write(conversationWrites(conversation.id, read));
    },
    { thread: conversation.id },
  );
  return conversation;
}

/** Adds items to a conversation, and returns them. Throws an ApiFailure for an item that is already in it. */
export async function addItems(services: Needed, conversationId: string, given: readonly unknown[]): Promise<Item[]> {
  await findConversation(services.store, conversationId);
  const known = async (id: string) => (await services.store.get(conversationItems, itemKey(conversationId, id)))?.item;
  const items = await readInput(services, given, async (id) => (await known(id)) ?? null, "items");
  checkDistinct(items);
  await inTransaction(
    services,
    async ({ store }) => {
      await findConversation(store, conversationId);
      for (const { id } of items)
        if ((await store.get(conversationItems, itemKey(conversationId, id))) !== null) refuseDuplicate(id);
      await store.write(conversationWrites(conversationId, items));
    },
    { thread: conversationId },
  );
  return items;
}

function checkDistinct(items: readonly Item[]): void {
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) refuseDuplicate(id);
    ids.add(id);
  }
}

function refuseDuplicate(id: string): never {
  refuse(`Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`, {
    param: "items",
  });
}

/** Returns the item of that conversation. Throws a 404 for whichever is missing. */
export async function findItem(store: Store, conversationId: string, itemId: string): Promise<ConversationItem> {
  await findConversation(store, conversationId);
  return (await store.get(conversationItems, itemKey(conversationId, itemId))) ?? notFound("item", itemId);
}

/** Deletes a conversation with its items; its responses stay. Throws a 404 if it does not exist. */
export async function removeConversation(store: Store, conversationId: string): Promise<void> {
  await store.transaction(
    async (tx) => {
      await findConversation(tx, conversationId);
      await tx.removeChildren(conversationItems, conversationId);
      await tx.remove(conversations, conversationId);
    },
    { thread: conversationId },
  );
}
