/**
 * The tables, by version: each entry runs once, in order, on a database that does not have it yet. A released entry never changes.
 * Every table starts with the tenant and then the thread of a row, so that a database can be spread over machines by them: '' for what
 * threads share; chunks are under their vector store there, and the parts of a blob under its id. `created` is the insertion sequence; within a thread
 * it grows in the order of commits, because it is assigned while the thread's lock is held. `removed` remembers the places of single objects. `words` is the
 * index of the chunks' texts: how often a word is in each of some chunks that were stored together.
 */
export const migrations: readonly string[] = [
  `CREATE SEQUENCE playbill.created;
   CREATE TABLE playbill.documents (
     tenant text COLLATE "C" NOT NULL,
     thread text COLLATE "C" NOT NULL,
     kind text COLLATE "C" NOT NULL,
     key text COLLATE "C" NOT NULL,
     created bigint NOT NULL DEFAULT nextval('playbill.created'),
     parent text COLLATE "C",
     tag text COLLATE "C",
     value json NOT NULL,
     PRIMARY KEY (tenant, thread, kind, key)
   ) WITH (fillfactor = 85);
   CREATE INDEX documents_by_key ON playbill.documents (tenant, kind, key);
   CREATE INDEX documents_by_kind ON playbill.documents (tenant, kind, created) WHERE parent IS NULL;
   CREATE INDEX documents_by_parent ON playbill.documents (tenant, kind, parent, created) WHERE parent IS NOT NULL;
   CREATE INDEX documents_by_tag ON playbill.documents (tenant, kind, tag, created) WHERE tag IS NOT NULL;
   CREATE TABLE playbill.removed (
     tenant text COLLATE "C" NOT NULL,
     thread text COLLATE "C" NOT NULL,
     kind text COLLATE "C" NOT NULL,
     key text COLLATE "C" NOT NULL,
     created bigint NOT NULL,
     PRIMARY KEY (tenant, thread, kind, key)
   );
   CREATE INDEX removed_by_key ON playbill.removed (tenant, kind, key);
   CREATE TABLE playbill.blobs (
     tenant text COLLATE "C" NOT NULL,
     id text COLLATE "C" NOT NULL,
     part integer NOT NULL,
     bytes bytea NOT NULL,
     PRIMARY KEY (tenant, id, part)
   );
   CREATE SEQUENCE playbill.chunk_numbers;
   CREATE TABLE playbill.chunks (
     tenant text COLLATE "C" NOT NULL,
     vector_store text COLLATE "C" NOT NULL,
     file text COLLATE "C" NOT NULL,
     number bigint NOT NULL,
     start integer NOT NULL,
     tokens integer NOT NULL,
     text text NOT NULL,
     embedding bytea,
     PRIMARY KEY (tenant, vector_store, file, number)
   );
   CREATE INDEX chunks_by_number ON playbill.chunks (tenant, number);
   CREATE TABLE playbill.words (
     tenant text COLLATE "C" NOT NULL,
     vector_store text COLLATE "C" NOT NULL,
     word text COLLATE "C" NOT NULL,
     file text COLLATE "C" NOT NULL,
     chunks bigint[] NOT NULL,
     counts integer[] NOT NULL
   );
   CREATE INDEX words_by_word ON playbill.words (tenant, vector_store, word);
   CREATE INDEX words_by_file ON playbill.words (tenant, vector_store, file);
   CREATE TABLE playbill.jobs (
     tenant text COLLATE "C" NOT NULL,
     queue text COLLATE "C" NOT NULL,
     key text COLLATE "C" NOT NULL,
     number bigint GENERATED ALWAYS AS IDENTITY,
     holder text COLLATE "C",
     PRIMARY KEY (tenant, queue, key)
   );
   CREATE INDEX jobs_by_number ON playbill.jobs (tenant, queue, number);`,
];

/** The tables on which a server needs privileges. */
export const tables = ["documents", "removed", "blobs", "chunks", "words", "jobs"] as const;
