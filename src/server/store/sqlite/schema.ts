/** How a text is split into words, the same for indexed texts and queries. */
export const wordRules = "tokenize='porter unicode61 remove_diacritics 2'";

/**
 * The tables, by version: each entry runs once, in order, on a database that does not have it yet. A released entry
 * never changes. `created` is the insertion sequence; it is never reused, so the boundary of a page stays where it was.
 * `removed` remembers the places of single objects, so that paging continues from an object deleted in the meantime. A blob is stored in
 * parts. `words` is the index of the chunks' texts; `word_places` lists, for each word, where it is.
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
   CREATE TABLE blobs (
     id TEXT NOT NULL,
     part INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (id, part)
   );
   CREATE TABLE chunks (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     vector_store TEXT NOT NULL,
     file TEXT NOT NULL,
     start INTEGER NOT NULL,
     tokens INTEGER NOT NULL,
     text TEXT NOT NULL,
     embedding BLOB
   );
   CREATE INDEX chunks_by_file ON chunks (vector_store, file, tokens);
   CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, ${wordRules});
   CREATE VIRTUAL TABLE word_places USING fts5vocab('words', 'instance');`,
  // Before, the files that waited to be indexed were found by their status alone.
  `CREATE TABLE jobs (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     queue TEXT NOT NULL,
     key TEXT NOT NULL,
     holder TEXT,
     UNIQUE (queue, key)
   );
   CREATE INDEX jobs_by_queue ON jobs (queue, number);
   INSERT INTO jobs (queue, key)
     SELECT replace(kind, 'vector_store_file', 'indexing'), key FROM documents
     WHERE (kind = 'vector_store_file' OR kind LIKE '%/vector_store_file') AND tag = 'in_progress' ORDER BY created;`,
];
