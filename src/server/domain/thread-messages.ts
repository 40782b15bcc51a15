import { setImmediate } from "node:timers/promises";
import type { Store } from "../store/store.ts";
import type { Message } from "../wire/message.ts";
import { messages } from "./kinds.ts";

/** Messages that are read at once. */
const pageSize = 200;

/** The messages of a thread, oldest first, a page at a time. */
export async function* messagePages(store: Store, threadId: string): AsyncGenerator<Message[]> {
  let after: string | undefined;
  for (;;) {
    const cursor = after === undefined ? {} : { after };
    const { data, hasMore } = await store.page(messages, {
      parent: threadId,
      order: "asc",
      limit: pageSize,
      ...cursor,
    });
    yield data;
    after = data.at(-1)?.id;
    if (!hasMore || after === undefined) return;
  }
}

/** All messages of a thread, oldest first; while a long one is read, the server has time for others. Not for transactions. */
export async function allMessages(store: Store, threadId: string): Promise<Message[]> {
  const all: Message[] = [];
  for await (const page of messagePages(store, threadId)) {
    if (all.length > 0) await setImmediate();
    all.push(...page);
  }
  return all;
}
