import type { Static } from "../../schema/builder.ts";
import { notFound } from "../http/errors.ts";
import { addMessages } from "./messages.ts";
import { isOver } from "../runs/state.ts";
import { type Services, seconds } from "../services.ts";
import { type Kind, type Store, inserted } from "../store/store.ts";
import { createToolResources, threadStoreDays } from "./tool-resources.ts";
import type { CreateThread, Thread } from "../wire/thread.ts";
import { setImmediate } from "node:timers/promises";
import { findThread, type RunRecord, messages, runs, sandboxFiles, steps, threads } from "./kinds.ts";

/**
 * Stores a thread and its first messages; gives the id of the last of them too. Belongs in a transaction. `place` is where the body stands in the
 * request, for example `thread.`.
 */
export async function addThread(
  services: Services,
  body: Static<typeof CreateThread>,
  place = "",
): Promise<{ thread: Thread; lastMessage: string | null }> {
  const { store, clock, ids } = services;
  const thread: Thread = {
    id: ids("thread_"),
    object: "thread",
    created_at: seconds(clock),
    metadata: body.metadata ?? {},
    tool_resources: await createToolResources(services, body.tool_resources, threadStoreDays, place),
  };
  const added = body.messages ?? [];
  const placeOf = (index: number) => `${place}messages[${index}].`;
  const made = await addMessages(services, thread.id, added, placeOf, [inserted(threads, thread)]);
  // What they attach becomes the thread's.
  const isSame = !added.some(({ attachments }) => attachments);
  return { thread: isSame ? thread : await findThread(store, thread.id), lastMessage: made.at(-1)?.id ?? null };
}

/** The run that locks the thread, or `null`. Only the newest one can: while it does, there is no other. */
export async function activeRun(store: Store, threadId: string): Promise<RunRecord | null> {
  const { data } = await store.page(runs, { parent: threadId, order: "desc", limit: 1 });
  const newest = data[0];
  return newest === undefined || isOver(newest.run) ? null : newest;
}

/** Deletes a thread and everything in it; gives the ids of its runs. Throws the 404 when there is none. */
export function removeThread(store: Store, threadId: string): Promise<string[]> {
  return store.transaction(async (tx) => {
    if (!(await tx.remove(threads, threadId))) notFound("thread", threadId);
    const runIds = (await tx.all(runs, { parent: threadId })).map(({ id }) => id);
    for (const runId of runIds) await tx.removeChildren(steps, runId);
    for (const kind of [runs, messages, sandboxFiles]) await tx.removeChildren<never>(kind, threadId);
    return runIds;
  });
}

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
