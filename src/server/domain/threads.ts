import type { Static } from "../../schema/builder.ts";
import { notFound, refuse } from "../http/errors.ts";
import { isOver } from "../runs/state.ts";
import { type Services, seconds } from "../services.ts";
import { type Kind, type Scope, type Store, type Write, inserted } from "../store/store.ts";
import { createToolResources, expiring, threadStoreDays } from "./tool-resources.ts";
import type { CreateThread, Thread } from "../wire/thread.ts";
import { setImmediate } from "node:timers/promises";
import {
  type RunRecord,
  findThread,
  interpreterSessions,
  messages,
  runs,
  sandboxFiles,
  steps,
  threads,
} from "./kinds.ts";
import { findAttachable } from "./files/files.ts";
import { addFiles, createVectorStore } from "./vector-stores/create.ts";
import type { ToolResources } from "../wire/common.ts";
import type { Attachment, ContentPart, CreateMessage, Message } from "../wire/message.ts";

/**
 * The scope of a transaction that writes these request bodies to a thread: their attachments and resources may create vector stores, or add
 * files to some.
 */
export function scopeOfThread(
  thread: string,
  ...bodies: readonly (Pick<CreateMessage, "attachments"> | Pick<Static<typeof CreateThread>, "tool_resources">)[]
): Scope {
  const shared = bodies.some(
    (body) => ("attachments" in body && body.attachments) || ("tool_resources" in body && body.tool_resources),
  );
  return shared ? { thread, shared } : { thread };
}

/** The same for a thread that is created from this body. */
export function scopeOfNewThread(thread: string, body: Static<typeof CreateThread>): Scope {
  return scopeOfThread(thread, body, ...(body.messages ?? []));
}

/**
 * Stores a thread with this id and its first messages; also returns the id of the last message. Must be called in a transaction. `place` is where the body is in
 * the request, for example `thread.`.
 */
export async function addThread(
  services: Services,
  id: string,
  body: Static<typeof CreateThread>,
  place = "",
): Promise<{ thread: Thread; lastMessage: string | null }> {
  const { store, clock } = services;
  const thread: Thread = {
    id,
    object: "thread",
    created_at: seconds(clock),
    metadata: body.metadata ?? {},
    tool_resources: await createToolResources(services, body.tool_resources, threadStoreDays, place),
  };
  const added = body.messages ?? [];
  const placeOf = (index: number) => `${place}messages[${index}].`;
  const made = await addMessages(services, thread.id, added, placeOf, [inserted(threads, thread)]);
  // Their attachments are added to the thread.
  const isSame = !added.some(({ attachments }) => attachments);
  return { thread: isSame ? thread : await findThread(store, thread.id), lastMessage: made.at(-1)?.id ?? null };
}

/** The run that locks the thread, or `null`. Only the newest run can: while a run locks the thread, no other can start. */
export async function activeRun(store: Store, threadId: string): Promise<RunRecord | null> {
  const { data } = await store.page(runs, { parent: threadId, order: "desc", limit: 1 });
  const newest = data[0];
  return newest === undefined || isOver(newest.run) ? null : newest;
}

/** Deletes a thread and everything in it; returns the ids of its runs. Throws a 404 if it does not exist. */
export function removeThread(store: Store, threadId: string): Promise<string[]> {
  return store.transaction(async (tx) => {
    if (!(await tx.remove(threads, threadId))) notFound("thread", threadId);
    const runIds = (await tx.all(runs, { parent: threadId })).map(({ id }) => id);
    for (const runId of runIds) await tx.removeChildren(steps, runId);
    for (const kind of [runs, messages, sandboxFiles, interpreterSessions])
      await tx.removeChildren<never>(kind, threadId);
    return runIds;
  }, scopeOfThread(threadId));
}

/** How many objects are read at once. */
const pageSize = 200;

/** The objects that belong to a thread (its messages or its runs), oldest first, one page at a time. */
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

/** All of them, oldest first; the server handles other requests while it reads a long thread. Not for use in transactions. */
export async function allOfThread<T>(store: Store, kind: Kind<T>, threadId: string): Promise<T[]> {
  const all: T[] = [];
  for await (const page of threadPages(store, kind, threadId)) {
    if (all.length > 0) await setImmediate();
    all.push(...page);
  }
  return all;
}

/**
 * Stores messages that a client wrote, after the other writes; their attachments are added to the thread. Must be called in a transaction. `place` says
 * where a body is in the request.
 */
export async function addMessages(
  services: Services,
  threadId: string,
  bodies: readonly CreateMessage[],
  place: (index: number) => string,
  before: readonly Write[] = [],
): Promise<Message[]> {
  const made: Message[] = [];
  for (const [index, body] of bodies.entries()) made.push(await newMessage(services, threadId, body, place(index)));
  const writes = [...before, ...made.map((message) => inserted(messages, message))];
  if (writes.length > 0) await services.store.write(writes);
  for (const { attachments } of made) if (attachments.length > 0) await attach(services, threadId, attachments);
  return made;
}

/** Creates a message from what a client wrote. Throws an ApiFailure if the input is invalid. */
async function newMessage(services: Services, threadId: string, body: CreateMessage, place: string): Promise<Message> {
  const { clock, ids } = services;
  if (body.content === "") refuse("Message content must be non-empty.", { param: "content" });
  const now = seconds(clock);
  const message: Message = {
    id: ids("msg_"),
    object: "thread.message",
    created_at: now,
    thread_id: threadId,
    status: "completed",
    incomplete_details: null,
    completed_at: now,
    incomplete_at: null,
    role: body.role,
    content: contentOf(body.content),
    assistant_id: null,
    run_id: null,
    attachments: body.attachments ?? [],
    metadata: body.metadata ?? {},
  };
  for (const [index, part] of message.content.entries())
    if (part.type === "image_url") checkUrl(part.image_url.url, `${place}content[${index}].image_url.url`);
  for (const part of message.content)
    if (part.type === "image_file") await findAttachable(services, part.image_file.file_id, "content");
  for (const { file_id: fileId } of message.attachments) await findAttachable(services, fileId, "attachments");
  return message;
}

function checkUrl(url: string, param: string): void {
  if (!/^(https?:\/\/|data:)/i.test(url) || !URL.canParse(url))
    refuse(`Invalid '${param}'. Expected a valid URL, but got a value with an invalid format.`, {
      param,
      code: "invalid_value",
    });
}

function contentOf(content: CreateMessage["content"]): ContentPart[] {
  if (typeof content === "string") return [{ type: "text", text: { value: content, annotations: [] } }];
  return content.map((part): ContentPart => {
    switch (part.type) {
      case "text":
        return { type: "text", text: { value: part.text, annotations: [] } };
      case "image_url":
        return { type: "image_url", image_url: { url: part.image_url.url, detail: part.image_url.detail ?? "auto" } };
      case "image_file":
        return {
          type: "image_file",
          image_file: { file_id: part.image_file.file_id, detail: part.image_file.detail ?? "auto" },
        };
    }
  });
}

/** Makes the attachments of a message available to the thread's tools. */
async function attach(services: Services, threadId: string, attachments: Attachment[]): Promise<void> {
  const { store } = services;
  const thread = await store.get(threads, threadId);
  if (!thread) return;
  const idsFor = (tool: "code_interpreter" | "file_search"): string[] =>
    attachments.flatMap(({ file_id: id, tools }) => (tools.some(({ type }) => type === tool) ? [id] : []));
  await store.replace(threads, {
    ...thread,
    tool_resources: {
      ...thread.tool_resources,
      ...codeFiles(thread, idsFor("code_interpreter")),
      ...(await searchFiles(services, thread, idsFor("file_search"))),
    },
  });
}

function codeFiles({ tool_resources: resources }: Thread, fileIds: string[]): ToolResources {
  if (fileIds.length === 0) return {};
  const before = resources.code_interpreter?.file_ids ?? [];
  return { code_interpreter: { file_ids: [...new Set([...before, ...fileIds])] } };
}

/** Adds them to the thread's vector store; a thread without one gets one that expires. */
async function searchFiles(
  services: Services,
  { tool_resources: resources }: Thread,
  fileIds: string[],
): Promise<ToolResources> {
  if (fileIds.length === 0) return {};
  const [existing] = resources.file_search?.vector_store_ids ?? [];
  if (existing === undefined) {
    const { id } = await createVectorStore(services, expiring({ file_ids: fileIds }, threadStoreDays));
    return { file_search: { vector_store_ids: [id] } };
  }
  await addFiles(services, existing, fileIds);
  return {};
}
