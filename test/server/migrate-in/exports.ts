import { onTestFinished } from "vitest";
import { entryOf } from "../../../src/server/migrate-in/entry.ts";
import { type MigrateInOptions, migrateIn } from "../../../src/server/migrate-in/migrate-in.ts";
import { randomIds } from "../../../src/server/services.ts";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { manualClock } from "../manual-clock.ts";

/** Files of an export by their paths; what is no text is written as JSON. */
export type Files = Record<string, unknown>;

/** A folder with these files. `chunk` is how many bytes are read at once. */
function folderOf(files: Files, chunk = 7) {
  const bytes = new Map(
    Object.entries(files).map(([path, value]) => [
      path,
      Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  );
  return {
    async *entries() {
      for (const [path, content] of bytes) yield entryOf(path, path, content.length);
    },
    async *open(path: string) {
      const content = bytes.get(path) ?? Buffer.alloc(0);
      for (let start = 0; start < content.length; start += chunk) yield content.subarray(start, start + chunk);
    },
  };
}

/** A store in memory, closed when the test is over. */
export async function openStore(): Promise<Store> {
  const store = await openSqliteStore(":memory:");
  onTestFinished(() => store.close());
  return store;
}

/** Seconds since 1970: the time of every migration. */
export const now = 1_800_000_000;
/** Moves an export in. */
export const move = (store: Store, files: Files, more: Partial<MigrateInOptions> = {}) =>
  migrateIn(
    folderOf(files),
    { withStore: (work) => work(store), clock: manualClock(now * 1000), ids: randomIds },
    { allowMissing: null, isDry: false, onProgress: () => {}, signal: new AbortController().signal, ...more },
  );

/** As the API lists it. */
export const list = (data: unknown[]) => ({ object: "list", data, has_more: false });
/** As the API lists it. */
export const assistant = (id: string, at = 10) => ({
  id,
  object: "assistant",
  created_at: at,
  model: "gpt-4o",
  tools: [],
});
/** As the API lists it. */
export const message = (id: string, thread: string, role: string, at: number) => ({
  id,
  object: "thread.message",
  created_at: at,
  thread_id: thread,
  role,
  content: [{ type: "text", text: { value: `says ${id}`, annotations: [] } }],
});
/** As the API lists it. */
export const file = (id: string, filename: string, bytes: number, more = {}) => ({
  id,
  object: "file",
  created_at: 5,
  filename,
  bytes,
  purpose: "assistants",
  ...more,
});
