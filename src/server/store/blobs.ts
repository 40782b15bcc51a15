import type { DatabaseSync } from "node:sqlite";
import type { Blobs } from "./store.ts";

/** Blobs as rows of an open database (see `openDatabase`). */
export function createSqliteBlobs(database: DatabaseSync): Blobs {
  const append = database.prepare(
    "INSERT INTO blobs (id, part, bytes) SELECT ?, coalesce(max(part) + 1, 0), ? FROM blobs WHERE id = ?",
  );
  const read = database.prepare("SELECT part, bytes FROM blobs WHERE id = ? AND part > ? ORDER BY part LIMIT 1");
  const remove = database.prepare("DELETE FROM blobs WHERE id = ?");
  const list = database.prepare("SELECT DISTINCT id FROM blobs");
  return {
    append: (id, part) => void append.run(id, part, id),
    *parts(id) {
      for (let row = read.get(id, -1); row; row = read.get(id, Number(row["part"]))) yield row["bytes"] as Uint8Array;
    },
    remove: (id) => void remove.run(id),
    ids: () => list.all().map(({ id }) => String(id)),
  };
}
