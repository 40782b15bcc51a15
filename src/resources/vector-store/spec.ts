/** A vector store, the same value whether it was read from YAML or from an API. */
export interface VectorStoreSpec {
  name: string | null;
  files: StoreFiles;
  /** How each file is split into chunks; `null` for the API's default. The API does not return it for a store. */
  chunking: { max_chunk_size_tokens: number; chunk_overlap_tokens: number } | null;
  expires_after: { days: number } | null;
  /** Without Playbill's own entries. */
  metadata: Record<string, string>;
}

/** The files of a store as far as they are known. */
export type StoreFiles =
  /** Our files, one by one: declared, or read because the store was changed. Files of others are not included. */
  | { kind: "members"; members: readonly StoreMember[] }
  /** From the label of an unchanged store. */
  | { kind: "complete"; root: string; count: number }
  /** An apply was interrupted, or not every file was indexed. */
  | { kind: "pending" }
  /** A store that Playbill has not filled yet. */
  | { kind: "unknown"; count: number };

/** One of Playbill's files in a vector store. */
export interface StoreMember {
  /** Its id, or its address until it has one. */
  file: string;
  /** Relative to the project's root; `null` for an unmanaged file that is named by its id. */
  path: string | null;
  /** The hash of its bytes; `null` for a file that is named by its id. */
  sha256: string | null;
}
