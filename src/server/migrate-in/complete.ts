import { sha256 } from "../../kit/hash.ts";
import { sizeText } from "../../kit/size.ts";
import { type Problem, problem } from "../../problem.ts";
import { fileKey } from "../domain/kinds.ts";
import { threadStoreDays } from "../domain/tool-resources.ts";
import { chooseChunking } from "../domain/vector-stores/chunking.ts";
import type { FileObject } from "../wire/file.ts";
import type { Thread } from "../wire/thread.ts";
import type { VectorStore } from "../wire/vector-store.ts";
import type { Candidate, Staging } from "./staging.ts";
import type { Tally } from "./tally.ts";

/** How files without bytes in the export are handled: refused, or left out when the user confirms their number. */
export interface Missing {
  allowed: number | null;
  /** Seconds since 1970: what expired before is gone. */
  now: number;
}

/** The maximum number of reported problems of one kind. */
const mostTold = 50;

/**
 * Finds the bytes of every file, by its id in a path (see `possibleIds`), else by its name and size. Expired files,
 * and those without bytes if that is allowed, are removed from the staging.
 */
export function findContents(staging: Staging, leftOut: Tally, { allowed, now }: Missing): Problem[] {
  const wrong: Problem[] = [];
  const missing: Problem[] = [];
  let count = 0;
  for (const { key, value: file } of staging.each("file")) {
    if (file.expires_at !== null && file.expires_at <= now) {
      leftOut.note("file that has expired", key);
      staging.drop(key);
      continue;
    }
    const found = contentOf(file, staging.candidatesFor(key, file.filename));
    if (typeof found === "string") wrong.push(problem("wrong_bytes", found, { hint: "Download it again." }));
    else if (found !== null) {
      staging.use(found.path, key);
      if (file.bytes !== found.size) staging.replace("file", key, { ...file, bytes: found.size });
    } else {
      count += 1;
      if (missing.length < mostTold) missing.push(withoutBytes(file));
      leftOut.note("file without its bytes", key);
      staging.drop(key);
    }
  }
  if (count > 0 && allowed !== count) {
    const more = `Put ${count === 1 ? "it" : "them"} into the folder, named by id or by original file name, or leave out what is missing: --allow-missing ${count}`;
    // The hint is shown once, with the first problem.
    const [first, ...others] = missing;
    return [...wrong, ...(first === undefined ? [] : [{ ...first, hint: more }]), ...others];
  }
  return wrong;
}

function withoutBytes({ id, filename, bytes }: FileObject): Problem {
  const size = bytes < 0 ? "" : `, ${sizeText(bytes)}`;
  return problem("missing_bytes", `the export does not contain the bytes of ${id} ("${filename}"${size})`);
}

/** The file with the content; `null` for none, a message for candidates that do not fit. */
function contentOf({ id, filename, bytes }: FileObject, candidates: readonly Candidate[]): Candidate | string | null {
  const ofSize = candidates.filter(({ size }) => bytes < 0 || size === bytes);
  const [first, second] = ofSize;
  const named = candidates.find((each) => each.id === id);
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined && second !== undefined)
    return `"${first.path}" and "${second.path}" could both be the content of ${id}`;
  if (named !== undefined) return `"${named.path}" has ${named.size} bytes, but ${id} ("${filename}") has ${bytes}`;
  return null;
}

/** Removes entries of vector stores whose file or store is missing, and counts the stores whose files the export does not list. */
export function checkMembers(staging: Staging, leftOut: Tally): void {
  // Before any entry is removed: a list of missing files is still a list.
  for (const { key, value } of staging.each("vector_store")) {
    const isListed = staging.count("vector_store.file", { parent: key }) > 0;
    if (value.file_counts.total > 0 && !isListed && !value.isExpired)
      leftOut.note("contents of a vector store whose files are not listed", key);
  }
  for (const storeId of staging.orphaned("vector_store.file")) {
    for (const { key, value } of staging.each("vector_store.file", { parent: storeId })) {
      leftOut.note("vector_store.file of a vector store that is not in the export", value.id);
      staging.remove("vector_store.file", key);
    }
  }
  for (const { key, value } of staging.each("vector_store.file")) {
    if (staging.get("file", value.id) !== null) continue;
    if (!staging.isDropped(value.id)) leftOut.note("vector_store.file whose file is missing", value.id);
    staging.remove("vector_store.file", key);
  }
}

/** Renews the lifetime of a vector store that would have expired since the export; one that had expired before stays expired. */
export function renewVectorStores(staging: Staging, notes: Tally, now: number): void {
  for (const { key, value } of staging.each("vector_store")) {
    if (value.isExpired) notes.note("vector store that has expired and stays expired", key);
    else if (value.expires_after !== null && value.last_active_at + value.expires_after.days * 86_400 <= now) {
      notes.note("vector store whose lifetime starts again", key);
      staging.replace("vector_store", key, { ...value, last_active_at: now });
    }
  }
}

/**
 * Creates the threads of messages whose threads are not in the export, since the API cannot list threads. Attached files belong to the thread, as when the messages
 * were written.
 */
export function completeThreads(staging: Staging, notes: Tally): void {
  for (const threadId of staging.orphaned("thread.message")) {
    const code = new Set<string>();
    const search = new Set<string>();
    let created = Infinity;
    for (const { value } of staging.each("thread.message", { parent: threadId })) {
      created = Math.min(created, value.created_at);
      for (const { file_id: file, tools } of value.attachments)
        for (const { type } of tools) (type === "code_interpreter" ? code : search).add(file);
    }
    const resources: Thread["tool_resources"] = {
      ...(code.size > 0 && { code_interpreter: { file_ids: [...code] } }),
      ...(search.size > 0 && {
        file_search: { vector_store_ids: [addThreadStore(staging, threadId, created, [...search])] },
      }),
    };
    const value: Thread = {
      id: threadId,
      object: "thread",
      created_at: created,
      metadata: {},
      tool_resources: resources,
    };
    const place = { file: "", line: 1, column: 1, length: 1, text: "" };
    const made = {
      kind: "thread",
      key: threadId,
      parent: null,
      created,
      value,
      names: [],
      idle: [],
      leftOut: [],
    } as const;
    staging.add(made, place);
    notes.note("thread created from its messages", threadId);
  }
}

/** Adds a thread's own store, with an id derived from the thread's, so that the same export creates the same store again. */
function addThreadStore(staging: Staging, threadId: string, created: number, fileIds: string[]): string {
  const id = `vs_${sha256(threadId).slice(0, 24)}`;
  const place = { file: "", line: 1, column: 1, length: 1, text: "" };
  const common = { created, idle: [], leftOut: [], names: [] };
  const store: VectorStore & { isExpired: boolean } = {
    id,
    object: "vector_store",
    created_at: created,
    name: null,
    description: null,
    usage_bytes: 0,
    file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
    expires_after: { anchor: "last_active_at", days: threadStoreDays },
    last_active_at: created,
    metadata: {},
    isExpired: false,
  };
  staging.add({ ...common, kind: "vector_store", key: id, parent: null, value: store }, place);
  for (const fileId of fileIds) {
    const member = {
      id: fileId,
      object: "vector_store.file",
      created_at: created,
      usage_bytes: 0,
      vector_store_id: id,
      status: "in_progress",
      last_error: null,
      chunking_strategy: chooseChunking(null, ""),
      attributes: {},
    } as const;
    staging.add({ ...common, kind: "vector_store.file", key: fileKey(id, fileId), parent: id, value: member }, place);
  }
  return id;
}
