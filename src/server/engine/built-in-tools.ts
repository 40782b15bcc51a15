import { orAborted } from "../../kit/waiting.ts";
import { asObject, parseJson } from "../../kit/json.ts";
import { bytesOf, readableFiles, storeOutput, type StoredOutput } from "../domain/files/files.ts";
import { inTransaction, type Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import { RunGone } from "./journal.ts";
import type { CodeRequest, SearchRequest, SearchResult } from "../tools.ts";
import { interpreterSessions, sandboxFiles } from "../domain/kinds.ts";

/** The result of a piece of code. The files that it drew and wrote are stored. */
export interface CodeAnswer {
  /** The text for the model. */
  output: string;
  logs: string;
  /** Ids of the images that it drew. */
  images: string[];
}

/** The result of a search. */
export interface SearchAnswer {
  /** The text for the model. */
  output: string;
  results: SearchResult[];
  /** File ids by the numbers of citation marks (`4:0`). */
  citations: Record<string, string>;
}

/** The single argument of a built-in call; text that is not the expected JSON counts as the argument itself. */
export function builtInArgument(tool: "code_interpreter" | "file_search", written: string): string {
  const argument = asObject(parseJson(written))[tool === "code_interpreter" ? "input" : "query"];
  return typeof argument === "string" ? argument : written;
}

/** A piece of code, the session that it runs in, and the files that it may read. */
export interface CodeCall {
  callId: string;
  sessionId: string;
  input: string;
  fileIds: readonly string[];
  /** True while this process still owns the run; checked in the writing transaction. */
  isOurs: (store: Store) => Promise<boolean>;
}

/** Runs a piece of code and stores what it drew and wrote as files. */
export async function runCode(services: Services, call: CodeCall, signal: AbortSignal): Promise<CodeAnswer> {
  const { callId, sessionId: threadId, input, fileIds } = call;
  const files = await readableFiles(services, [...fileIds]);
  const earlier = await earlierFiles(services, call);
  const request = { threadId, input, files, ...(earlier && { earlier }) };
  const result = await orAborted(services.codeInterpreter.run(request, signal), signal);
  const pictures: StoredOutput[] = [];
  for (const bytes of result.images) pictures.push(await storeOutput(services, bytes));
  const written: { path: string; stored: StoredOutput }[] = [];
  for (const { path, bytes } of result.files) written.push({ path, stored: await storeOutput(services, bytes) });
  const images = await inTransaction(
    services,
    async (inside) => {
      await checkOurs(inside.store, call);
      const drawn: string[] = [];
      for (const [index, picture] of pictures.entries())
        drawn.push(await picture.keep(inside, `${callId}-${index}.png`));
      for (const { path, stored } of written) await keepFile(inside, threadId, path, stored);
      return drawn;
    },
    { thread: threadId, shared: true },
  );
  const notes = [
    ...images.map(() => "[An image was made; the user sees it.]"),
    ...result.files.map(({ path }) => `[Written: sandbox:${path}]`),
  ];
  return { output: [result.logs, ...notes].filter((line) => line !== "").join("\n"), logs: result.logs, images };
}

/** Takes over the session of a thread; returns the function that reads the files of earlier sessions, if there were any. Variables stay with the former session. */
async function earlierFiles(services: Services, call: CodeCall): Promise<CodeRequest["earlier"]> {
  const { store, replica, codeInterpreter, log } = services;
  const { sessionId: id } = call;
  const before = await store.transaction(
    async (tx) => {
      await checkOurs(tx, call);
      const current = await tx.get(interpreterSessions, id);
      const mine = { id, process: replica.id };
      if (current === null) await tx.insert(interpreterSessions, mine);
      else if (current.process !== replica.id) await tx.replace(interpreterSessions, mine);
      return current;
    },
    { thread: id },
  );
  // Our former session does not know what happened in another process meanwhile.
  if (before?.process !== replica.id) await codeInterpreter.endSession(id);
  if (before === null) return undefined;
  if (before.process !== replica.id) log({ kind: "session", threadId: id });
  return async () => {
    const written = await store.all(sandboxFiles, { parent: id });
    return Promise.all(
      written.map(async ({ path, file_id: fileId }) => ({ path, bytes: await bytesOf(store, fileId) })),
    );
  };
}

/** Throws RunGone when another process owns the run by now: this one was stopped for longer than its lease. */
async function checkOurs(tx: Store, { sessionId, isOurs }: CodeCall): Promise<void> {
  if (!(await isOurs(tx))) throw new RunGone(sessionId);
}

/** Stores a written file; a path that is written again refers to the newest file. */
async function keepFile(inside: Services, threadId: string, path: string, stored: StoredOutput): Promise<void> {
  const fileId = await stored.keep(inside, path.slice(path.lastIndexOf("/") + 1));
  const file = { id: `${threadId}${path}`, thread_id: threadId, path, file_id: fileId };
  if (!(await inside.store.replace(sandboxFiles, file))) await inside.store.insert(sandboxFiles, file);
}

/** Searches vector stores after their files are indexed. `messageIndex` becomes the first number of the citations. */
export async function runSearch(
  { fileSearch, indexer }: Pick<Services, "fileSearch" | "indexer">,
  { messageIndex, ...request }: SearchRequest & { messageIndex: number },
  signal: AbortSignal,
): Promise<SearchAnswer> {
  await orAborted(indexer.settled(request.vectorStoreIds, signal), signal);
  const results = await orAborted(fileSearch.search(request, signal), signal);
  return {
    output: passages(results, messageIndex),
    results,
    citations: Object.fromEntries(results.map(({ fileId }, index) => [`${messageIndex}:${index}`, fileId])),
  };
}

/** The text for the model: every passage under its citation mark. */
function passages(results: SearchResult[], messageIndex: number): string {
  if (results.length === 0) return "Nothing was found.";
  const parts = results.map(
    ({ filename, content }, index) => `【${messageIndex}:${index}†source】 ${filename}\n${content.join("\n")}`,
  );
  return ["Cite a passage by its mark, exactly as it is written.", ...parts].join("\n\n");
}
