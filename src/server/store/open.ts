import { refuseOtherUrls } from "./named.ts";
import { isPostgresUrl } from "./postgres/url.ts";
import { openSqliteStore } from "./sqlite/store.ts";
import type { OpenedStore } from "./store.ts";

/** How a store is opened. */
export interface StoreOptions {
  /** A file, `:memory:`, or the URL of a PostgreSQL database (`postgres://user@host/name`), which several processes may use. */
  database: string;
  /** If false, all changes are undone when the store closes; for files. */
  keepsChanges?: boolean;
  /** The most connections that this process opens to a PostgreSQL database; 10 by default. */
  connections?: number;
}

/** Opens the store that `database` names. Rejects with a ProblemError if it cannot be used; the message never contains a password. */
export async function openStore({ database, keepsChanges, connections }: StoreOptions): Promise<OpenedStore> {
  refuseOtherUrls(database);
  if (!isPostgresUrl(database)) return openSqliteStore(database, keepsChanges);
  const { openPostgresStore } = await import("./postgres/store.ts");
  return openPostgresStore(database, connections);
}
