import { DatabaseSync, type StatementSync } from "node:sqlite";
import { canonicalJson, textOrNull } from "../../kit/json.ts";
import type { Place } from "../../problem.ts";
import { possibleIds } from "./entry.ts";
import { type Exported, type Movable, type MovableKind, comparable } from "./exported.ts";

/** A staged object of the export. */
export interface Staged<K extends MovableKind = MovableKind> {
  kind: K;
  key: string;
  parent: string | null;
  created: number;
  value: Movable[K];
}

/** A file of the folder that may be the content of a File object. */
export interface Candidate {
  /** Relative to the folder. */
  path: string;
  /** The id of a File object of the export that its path names, or `null`. */
  id: string | null;
  name: string;
  size: number;
}

/** The result of adding an object. */
export type Added = { kind: "new" } | { kind: "same" } | { kind: "different"; place: Place };

/**
 * The objects of an export, in a separate database in temporary files that disappear with the process: memory does not grow with the
 * export, whose files may have objects in any order.
 */
export interface Staging {
  add(exported: Exported, place: Place): Added;
  /** Replaces the value of an object. */
  replace<K extends MovableKind>(kind: K, key: string, value: Movable[K]): void;
  remove(kind: MovableKind, key: string): void;
  /** Removes a file that has been reported, so that references to it are not reported too. */
  drop(fileId: string): void;
  isDropped(fileId: string): boolean;
  get<K extends MovableKind>(kind: K, key: string): Staged<K> | null;
  placeOf(kind: MovableKind, key: string): Place | null;
  /** Marks an object that is in the store already. */
  markThere(kind: MovableKind, key: string): void;
  /** Objects in the order of the API, the oldest first; with `parent`, those of one parent; with `isNew`, those that are not in the store yet. */
  each<K extends MovableKind>(kind: K, only?: { parent?: string; isNew?: true }): Iterable<Staged<K>>;
  count(kind: MovableKind, only?: { parent?: string; isNew?: true }): number;
  /** Parents (threads, vector stores) of objects of a kind that are not staged themselves. */
  orphaned(kind: "thread.message" | "vector_store.file"): Iterable<string>;
  /** Files and vector stores that are named but neither staged nor dropped, with the number of references. */
  unknownNames(): Iterable<{ id: string; count: number }>;
  /** True when objects of the mark's kind and parent were added after it. */
  hasMoreSince(mark: Mark): boolean;
  /** The position of the object that was added last. */
  mark(): Mark | null;
  addCandidate(candidate: Omit<Candidate, "id">): void;
  /** Must be called between the last `addCandidate` and the first `candidatesFor`: finds the ids of staged files in their paths. */
  identifyCandidates(): void;
  /** Candidates whose path has the id, else those with that name whose path has no id. */
  candidatesFor(id: string, filename: string): Candidate[];
  /** Uses a candidate as the content of a file. */
  use(path: string, fileId: string): void;
  contentOf(fileId: string): Candidate | null;
  unused(): Iterable<string>;
  isUsed(path: string): boolean;
  /** Must be called between the last `add` and the first `each`: determines the order of the exported lists. */
  putInOrder(): void;
  close(): void;
}

/** A position in the order of reading. */
export interface Mark {
  kind: string;
  parent: string | null;
  number: number;
}

const tables = `
  PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
  CREATE TABLE objects (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, parent TEXT NOT NULL, created INTEGER NOT NULL,
    role TEXT, value TEXT NOT NULL, place TEXT NOT NULL, is_there INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, key));
  CREATE INDEX objects_in_order ON objects (kind, parent, created, number);
  CREATE TABLE directions (kind TEXT NOT NULL, parent TEXT NOT NULL, direction INTEGER NOT NULL, PRIMARY KEY (kind, parent));
  CREATE TABLE orphans (parent TEXT PRIMARY KEY);
  CREATE TABLE dropped (id TEXT PRIMARY KEY);
  CREATE TABLE named (id TEXT PRIMARY KEY, count INTEGER NOT NULL);
  CREATE TABLE candidates (path TEXT PRIMARY KEY, id TEXT, name TEXT NOT NULL, size INTEGER NOT NULL);
  CREATE TABLE contents (file TEXT PRIMARY KEY, path TEXT NOT NULL);
  CREATE INDEX contents_by_path ON contents (path);
  CREATE INDEX candidates_by_id ON candidates (id);
  CREATE INDEX candidates_by_name ON candidates (name);
  BEGIN;`;

/**
 * Objects of the same second keep the order of their list, which an API returns newest first by default: where times decrease, the list
 * is reversed. Where all times are equal, a conversation begins with the user.
 */
const directionsSql = `
  INSERT OR REPLACE INTO directions
  SELECT kind, parent, CASE
    WHEN sum(step) < 0 THEN -1 WHEN sum(step) > 0 THEN 1
    WHEN max(CASE WHEN place = 1 THEN role END) = 'assistant' THEN -1
    ELSE 1 END
  FROM (SELECT kind, parent, role, sign(created - lag(created) OVER list) AS step, row_number() OVER list AS place
    FROM objects WINDOW list AS (PARTITION BY kind, parent ORDER BY number))
  GROUP BY kind, parent`;

/** Opens an empty staging. */
export function openStaging(): Staging {
  // An empty name is a database in temporary files, which SQLite removes as soon as it has opened them: https://www.sqlite.org/inmemorydb.html
  const database = new DatabaseSync("");
  database.exec(tables);
  const prepared = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
  const insert = sql(
    "INSERT OR IGNORE INTO objects (kind, key, parent, created, role, value, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const find = sql("SELECT * FROM objects WHERE kind = ? AND key = ?");
  const name = sql(
    "INSERT INTO named (id, count) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET count = named.count + 1",
  );
  const where = ({ parent, isNew }: { parent?: string; isNew?: true } = {}): string =>
    `kind = ?${parent === undefined ? "" : " AND parent = ?"}${isNew === true ? " AND is_there = 0" : ""}`;
  const values = (kind: string, { parent }: { parent?: string } = {}): string[] =>
    parent === undefined ? [kind] : [kind, parent];
  let last: Mark | null = null;

  return {
    add({ kind, key, parent, created, value, names }, place) {
      const text = JSON.stringify(value);
      const role = "role" in value ? value.role : null;
      const added = insert.run(kind, key, parent ?? "", created, role, text, JSON.stringify(place));
      if (added.changes === 0) {
        const row = find.get(kind, key);
        const before = comparable(kind, JSON.parse(String(row?.value)) as Movable[typeof kind]);
        const isSame = canonicalJson(before) === canonicalJson(comparable(kind, value));
        return isSame ? { kind: "same" } : { kind: "different", place: JSON.parse(String(row?.place)) as Place };
      }
      for (const each of names) name.run(each);
      last = { kind, parent: parent ?? "", number: Number(added.lastInsertRowid) };
      return { kind: "new" };
    },
    replace: (kind, key, value) =>
      void sql("UPDATE objects SET value = ? WHERE kind = ? AND key = ?").run(JSON.stringify(value), kind, key),
    remove: (kind, key) => void sql("DELETE FROM objects WHERE kind = ? AND key = ?").run(kind, key),
    drop(fileId) {
      sql("DELETE FROM objects WHERE kind = 'file' AND key = ?").run(fileId);
      sql("INSERT OR IGNORE INTO dropped (id) VALUES (?)").run(fileId);
    },
    isDropped: (fileId) => sql("SELECT 1 FROM dropped WHERE id = ?").get(fileId) !== undefined,
    get<K extends MovableKind>(kind: K, key: string) {
      const row = find.get(kind, key);
      return row === undefined ? null : staged<K>(row);
    },
    placeOf(kind, key) {
      const row = find.get(kind, key);
      return row === undefined ? null : (JSON.parse(String(row.place)) as Place);
    },
    markThere: (kind, key) => void sql("UPDATE objects SET is_there = 1 WHERE kind = ? AND key = ?").run(kind, key),
    *each<K extends MovableKind>(kind: K, only?: { parent?: string; isNew?: true }) {
      // A separate statement, so that a concurrent iteration of the same query does not reset it.
      const rows = database
        .prepare(`SELECT objects.* FROM objects LEFT JOIN directions USING (kind, parent) WHERE ${where(only)}
        ORDER BY created, number * coalesce(direction, 1)`)
        .iterate(...values(kind, only));
      for (const row of rows) yield staged<K>(row);
    },
    count: (kind, only) =>
      Number(sql(`SELECT count(*) AS count FROM objects WHERE ${where(only)}`).get(...values(kind, only))?.count),
    *orphaned(kind) {
      const parentKind = kind === "thread.message" ? "thread" : "vector_store";
      // New objects may be added between two reads.
      sql("DELETE FROM orphans").run();
      sql(`INSERT INTO orphans SELECT DISTINCT parent FROM objects AS child WHERE kind = ? AND NOT EXISTS
        (SELECT 1 FROM objects WHERE kind = ? AND key = child.parent)`).run(kind, parentKind);
      for (const { parent } of sql("SELECT parent FROM orphans").iterate()) yield String(parent);
    },
    *unknownNames() {
      const rows = sql(`SELECT id, count FROM named WHERE NOT EXISTS
        (SELECT 1 FROM objects WHERE kind IN ('file', 'vector_store') AND key = named.id)
        AND id NOT IN (SELECT id FROM dropped) ORDER BY id`).iterate();
      for (const { id, count } of rows) yield { id: String(id), count: Number(count) };
    },
    mark: () => last,
    hasMoreSince: ({ kind, parent, number }) =>
      sql("SELECT 1 FROM objects WHERE kind = ? AND parent = ? AND number > ? LIMIT 1").get(kind, parent, number) !==
      undefined,
    addCandidate: ({ path, name: called, size }) =>
      void sql("INSERT INTO candidates (path, name, size) VALUES (?, ?, ?)").run(path, called, size),
    identifyCandidates() {
      const known = sql("SELECT 1 FROM objects WHERE kind = 'file' AND key = ?");
      const identify = sql("UPDATE candidates SET id = ? WHERE path = ?");
      for (const { path } of sql("SELECT path FROM candidates ORDER BY path").iterate()) {
        const id = possibleIds(String(path)).find((each) => known.get(each) !== undefined);
        if (id !== undefined) identify.run(id, String(path));
      }
    },
    candidatesFor(id, filename) {
      const named = sql("SELECT * FROM candidates WHERE id = ?").all(id);
      const rows =
        named.length > 0 ? named : sql("SELECT * FROM candidates WHERE name = ? AND id IS NULL").all(filename);
      return rows.map(candidate);
    },
    use: (path, fileId) => void sql("INSERT OR REPLACE INTO contents (file, path) VALUES (?, ?)").run(fileId, path),
    contentOf(fileId) {
      const row = sql("SELECT candidates.* FROM contents JOIN candidates USING (path) WHERE file = ?").get(fileId);
      return row === undefined ? null : candidate(row);
    },
    *unused() {
      for (const { path } of sql(
        "SELECT path FROM candidates WHERE path NOT IN (SELECT path FROM contents) ORDER BY path",
      ).iterate())
        yield String(path);
    },
    isUsed: (path) => sql("SELECT 1 FROM contents WHERE path = ?").get(path) !== undefined,
    putInOrder: () => database.exec(directionsSql),
    close: () => database.close(),
  };
}

type Row = Record<string, unknown>;

function staged<K extends MovableKind>({ kind, key, parent, created, value }: Row): Staged<K> {
  return {
    kind: kind as K,
    key: String(key),
    parent: parent === "" ? null : String(parent),
    created: Number(created),
    value: JSON.parse(String(value)) as Movable[K],
  };
}

function candidate({ path, id, name, size }: Row): Candidate {
  return { path: String(path), id: textOrNull(id), name: String(name), size: Number(size) };
}
