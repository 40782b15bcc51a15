import type { DatabaseSync } from "node:sqlite";

/** Jobs of an open database. All work is done when a call returns. */
export interface SqliteJobs {
  add(queue: string, key: string): void;
  claim(queue: string, holder: string, live: ReadonlySet<string>, limit: number): string[];
  holds(queue: string, key: string, holder: string): boolean;
  finish(queue: string, key: string, holder: string): void;
  release(queue: string, holder: string): void;
}

/** The jobs of an open database (see `openDatabase`). */
export function sqliteJobs(database: DatabaseSync): SqliteJobs {
  const add = database.prepare(
    "INSERT INTO jobs (queue, key, holder) VALUES (?, ?, NULL) ON CONFLICT (queue, key) DO UPDATE SET holder = NULL",
  );
  const free = database.prepare(
    `SELECT key FROM jobs WHERE queue = ? AND (holder IS NULL OR holder NOT IN (SELECT value FROM json_each(?)))
     ORDER BY number LIMIT ?`,
  );
  const take = database.prepare("UPDATE jobs SET holder = ? WHERE queue = ? AND key = ?");
  const held = database.prepare("SELECT 1 FROM jobs WHERE queue = ? AND key = ? AND holder = ?");
  const finish = database.prepare("DELETE FROM jobs WHERE queue = ? AND key = ? AND holder = ?");
  const release = database.prepare("UPDATE jobs SET holder = NULL WHERE queue = ? AND holder = ?");
  return {
    add: (queue, key) => void add.run(queue, key),
    claim(queue, holder, live, limit) {
      const keys = free.all(queue, JSON.stringify([...live]), limit).map(({ key }) => String(key));
      for (const key of keys) take.run(holder, queue, key);
      return keys;
    },
    holds: (queue, key, holder) => held.get(queue, key, holder) !== undefined,
    finish: (queue, key, holder) => void finish.run(queue, key, holder),
    release: (queue, holder) => void release.run(queue, holder),
  };
}
