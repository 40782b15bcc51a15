import { ApiFailure, refuse } from "../http/errors.ts";
import type { Store } from "../store/store.ts";
import type { Item } from "../wire/item.ts";
import { conversationItems, responses, type ResponseRecord } from "./kinds.ts";

/** What a response continues: a conversation, a previous response, or nothing. */
export interface Before {
  conversationId: string | null;
  previousId: string | null;
}

/** All items before a response, oldest first. Throws an ApiFailure if a part of the chain no longer exists. */
export async function itemsBefore(store: Store, { conversationId, previousId }: Before): Promise<Item[]> {
  if (conversationId !== null) return itemsOf(store, conversationId);
  const chain: Item[][] = [];
  for (let id = previousId; id !== null;) {
    const { input, response, conversationId: within }: ResponseRecord = await findPrevious(store, id);
    if (within !== null) {
      chain.push(upTo(await itemsOf(store, within), response.output.at(-1)?.id));
      break;
    }
    chain.push([...input, ...response.output]);
    id = response.previous_response_id;
  }
  return chain.toReversed().flat();
}

/** The items of a conversation, oldest first. */
export async function itemsOf(store: Store, conversationId: string): Promise<Item[]> {
  return (await store.all(conversationItems, { parent: conversationId })).map(({ item }) => item);
}

function upTo(items: Item[], id: string | undefined): Item[] {
  const at = items.findIndex((item) => item.id === id);
  return at < 0 ? items : items.slice(0, at + 1);
}

/** The 400 for a broken chain. */
export function previousNotFound(id: string): never {
  throw new ApiFailure(400, `Previous response with id '${id}' not found.`, {
    param: "previous_response_id",
    code: "previous_response_not_found",
  });
}

async function findPrevious(store: Store, id: string): Promise<ResponseRecord> {
  const found = await store.get(responses, id);
  return found?.response.store ? found : previousNotFound(id);
}

/** Rejects items that make no sense to a model: a call without its output, an output without its call, the same item twice. */
export function checkItems(items: readonly Item[]): void {
  const calls = new Set<string>();
  const ids = new Set<string>();
  const open = new Set<string>();
  for (const item of items) {
    if (ids.has(item.id))
      refuse(`Duplicate item found with id ${item.id}. Remove duplicate items from your input and try again.`, {
        param: "input",
      });
    ids.add(item.id);
    if (item.type === "function_call") {
      calls.add(item.call_id);
      open.add(item.call_id);
    }
    if (item.type !== "function_call_output") continue;
    if (!calls.has(item.call_id))
      refuse(`No tool call found for function call output with call_id ${item.call_id}.`, { param: "input" });
    open.delete(item.call_id);
  }
  const [unanswered] = open;
  if (unanswered !== undefined) refuse(`No tool output found for function call ${unanswered}.`, { param: "input" });
}
