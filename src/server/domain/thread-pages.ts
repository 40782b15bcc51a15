import { setImmediate } from "node:timers/promises";
import type { Kind, Store } from "../store/store.ts";

/** Objects that are read at once. */
const pageSize = 200;

/** What belongs to a thread (its messages, its runs), oldest first, a page at a time. */
export async function* threadPages<T>(store: Store, kind: Kind<T>, threadId: string): AsyncGenerator<T[]> {
  let after: string | undefined;
  for (;;) {
    const cursor = after === undefined ? {} : { after };
    const { data, hasMore } = await store.page(kind, { parent: threadId, order: "asc", limit: pageSize, ...cursor });
    yield data;
    const last = data.at(-1);
    if (!hasMore || last === undefined) return;
    after = kind.key(last);
  }
}

/** All of them, oldest first; while a long thread is read, the server has time for others. Not for transactions. */
export async function allOfThread<T>(store: Store, kind: Kind<T>, threadId: string): Promise<T[]> {
  const all: T[] = [];
  for await (const page of threadPages(store, kind, threadId)) {
    if (all.length > 0) await setImmediate();
    all.push(...page);
  }
  return all;
}
