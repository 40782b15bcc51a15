import type { Static } from "../../schema/builder.ts";
import { notFound } from "../http/errors.ts";
import { findThread } from "./find.ts";
import { addMessages } from "./messages.ts";
import { isOver } from "../runs/state.ts";
import { seconds, type Services } from "../services.ts";
import { inserted, type Store } from "../store/store.ts";
import { createToolResources, threadStoreDays } from "./tool-resources.ts";
import { type CreateThread, type Thread } from "../wire/thread.ts";
import { messages, runs, type RunRecord, sandboxFiles, steps, threads } from "./kinds.ts";

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
