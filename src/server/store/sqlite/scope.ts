import type { DatabaseSync } from "node:sqlite";
import { defaultTenant, type Kind, type Write } from "../store.ts";
import type { SqliteBlobs } from "./blobs.ts";
import type { SqliteChunks } from "./chunks.ts";
import type { SqliteDocuments } from "./documents.ts";
import type { SqliteJobs } from "./jobs.ts";

/** The tables of an open database. */
export interface Tables {
  documents: SqliteDocuments;
  blobs: SqliteBlobs;
  chunks: SqliteChunks;
  jobs: SqliteJobs;
  clear(this: void): void;
}

/**
 * The data of one tenant in these tables, and nothing else. The tenant's name and a slash are put before the kinds of its documents, the names of its queues, and the ids of its blobs and vector stores; the default tenant has no prefix, because its databases are older than tenants.
 */
export function scopedTables(
  database: DatabaseSync,
  { documents, blobs, chunks, jobs }: Omit<Tables, "clear">,
  tenant: string,
): Tables {
  const prefix = tenant === defaultTenant ? "" : `${tenant}/`;
  // An id with a slash, which clients may send, must not look like one of another tenant.
  const named = (id: string): string => (prefix === "" && id.includes("/") ? `/${id}` : prefix + id);
  const bare = (id: string): string => id.slice(prefix.length);
  const owns = (id: string): boolean => id.slice(0, id.indexOf("/") + 1) === prefix;
  const of = <T>(kind: Kind<T>): Kind<T> => (prefix === "" ? kind : { ...kind, name: prefix + kind.name });
  const ours = (write: Write): Write =>
    prefix === "" ? write : { ...write, row: { ...write.row, kind: prefix + write.row.kind } };
  return {
    documents: {
      write: (write) => documents.write(ours(write)),
      get: (kind, key) => documents.get(of(kind), key),
      remove: (kind, key) => documents.remove(of(kind), key),
      removeChildren: (kind, parent) => documents.removeChildren(of(kind), parent),
      page: (kind, query) => documents.page(of(kind), query),
      all: (kind, filter) => documents.all(of(kind), filter),
    },
    blobs: {
      append: (id, part) => blobs.append(named(id), part),
      next: (id, after) => blobs.next(named(id), after),
      remove: (id) => blobs.remove(named(id)),
      ids: () => blobs.ids().filter(owns).map(bare),
    },
    chunks: {
      ...chunks,
      append: (vectorStoreId, fileId, some) => chunks.append(named(vectorStoreId), fileId, some),
      remove: (vectorStoreId, fileId) => chunks.remove(named(vectorStoreId), fileId),
      ofFile: (vectorStoreId, fileId) => chunks.ofFile(named(vectorStoreId), fileId),
      facts: (vectorStoreIds) =>
        vectorStoreIds.flatMap((vectorStoreId) =>
          chunks.facts([named(vectorStoreId)]).map((facts) => Object.assign(facts, { vectorStoreId })),
        ),
      embeddings: (vectorStoreId) => chunks.embeddings(named(vectorStoreId)),
    },
    jobs: {
      add: (queue, key) => jobs.add(prefix + queue, key),
      claim: (queue, ...of) => jobs.claim(prefix + queue, ...of),
      holds: (queue, ...of) => jobs.holds(prefix + queue, ...of),
      finish: (queue, ...of) => jobs.finish(prefix + queue, ...of),
      release: (queue, holder) => jobs.release(prefix + queue, holder),
    },
    clear: () => {
      for (const statement of clearing) database.prepare(statement).run(prefix);
    },
  };
}

/** True for the rows of the tenant whose prefix is bound. */
const isOurs = (column: string) => `substr(${column}, 1, instr(${column}, '/')) = ?`;

const clearing = [
  `DELETE FROM documents WHERE ${isOurs("kind")}`,
  `DELETE FROM removed WHERE ${isOurs("kind")}`,
  `DELETE FROM jobs WHERE ${isOurs("queue")}`,
  `DELETE FROM blobs WHERE ${isOurs("id")}`,
  `DELETE FROM words WHERE rowid IN (SELECT number FROM chunks WHERE ${isOurs("vector_store")})`,
  `DELETE FROM chunks WHERE ${isOurs("vector_store")}`,
];
