import type { DatabaseSync } from "node:sqlite";

/** Blobs of an open database, one row per part. All work is done when a call returns. */
export interface SqliteBlobs {
  append(id: string, part: Uint8Array): void;
  /** The first part after the one with this number (-1 for the very first), or `null`. */
  next(id: string, after: number): { number: number; bytes: Uint8Array } | null;
  remove(id: string): void;
  ids(): string[];
}

/** The blobs of an open database (see `openDatabase`). */
export function sqliteBlobs(database: DatabaseSync): SqliteBlobs {
  const append = database.prepare(
    "INSERT INTO blobs (id, part, bytes) SELECT ?, coalesce(max(part) + 1, 0), ? FROM blobs WHERE id = ?",
  );
  const read = database.prepare("SELECT part, bytes FROM blobs WHERE id = ? AND part > ? ORDER BY part LIMIT 1");
  const remove = database.prepare("DELETE FROM blobs WHERE id = ?");
  const list = database.prepare("SELECT DISTINCT id FROM blobs");
  return {
    append: (id, part) => void append.run(id, part, id),
    next(id, after) {
      const row = read.get(id, after);
      return row ? { number: Number(row["part"]), bytes: row["bytes"] as Uint8Array } : null;
    },
    remove: (id) => void remove.run(id),
    ids: () => list.all().map(({ id }) => String(id)),
  };
}
