/**
 * The tables, by version: each entry is run once, in order, on a database that has not seen it. An entry that was released
 * never changes. `created` is the insertion sequence; it is never reused, so the boundary of a page stays where it was.
 * `removed` remembers where single objects stood, so that paging goes on from an object deleted meanwhile.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE documents (
     created INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL,
     key TEXT NOT NULL,
     parent TEXT,
     tag TEXT,
     value TEXT NOT NULL,
     UNIQUE (kind, key)
   );
   CREATE INDEX documents_by_kind ON documents (kind, created);
   CREATE INDEX documents_by_parent ON documents (kind, parent, created, tag);
   CREATE INDEX documents_by_tag ON documents (kind, tag, created);
   CREATE TABLE removed (
     kind TEXT NOT NULL,
     key TEXT NOT NULL,
     created INTEGER NOT NULL,
     PRIMARY KEY (kind, key)
   ) WITHOUT ROWID;
   CREATE TABLE blobs (id TEXT PRIMARY KEY, bytes BLOB NOT NULL);`,
];
