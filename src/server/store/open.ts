import { refuseOtherUrls } from "./named.ts";
import { isPostgresUrl } from "./postgres/url.ts";
import { openSqliteStore } from "./sqlite/store.ts";
import type { OpenedStore } from "./store.ts";

/** How a store is opened. */
export interface StoreOptions {
  /** A file, `:memory:`, or the URL of a PostgreSQL database (`postgres://user@host/name`), which several processes may use. */
  database: string;
  /** When false, everything that is done is undone at the end; for files. */
  keepsChanges?: boolean;
  /** How many connections a PostgreSQL database gets from this process at most; 10 unless it is said. */
  connections?: number;
}

/** Opens the store that `database` names. Rejects with a ProblemError when it cannot serve; that never says a password. */
export async function openStore({ database, keepsChanges, connections }: StoreOptions): Promise<OpenedStore> {
  refuseOtherUrls(database);
  if (!isPostgresUrl(database)) return openSqliteStore(database, keepsChanges);
  const { openPostgresStore } = await import("./postgres/store.ts");
  return openPostgresStore(database, connections);
}
