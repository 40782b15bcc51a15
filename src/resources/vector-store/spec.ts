/** A vector store, the same value whether it was read from YAML or from an API. */
export interface VectorStoreSpec {
  name: string | null;
  files: StoreFiles;
  /** How each file is cut; `null` for the API's default. The API does not show it of a store. */
  chunking: { max_chunk_size_tokens: number; chunk_overlap_tokens: number } | null;
  expires_after: { days: number } | null;
  /** Without what is Playbill's. */
  metadata: Record<string, string>;
}

/** The files of a store as far as they are known. */
export type StoreFiles =
  /** Ours, one by one: declared, or read because the store is not as it was left. Foreign files are not part of it. */
  | { kind: "members"; members: readonly StoreMember[] }
  /** As a store says of itself that is as it was left. */
  | { kind: "complete"; root: string; count: number }
  /** An apply of ours was cut off, or not every file was indexed. */
  | { kind: "pending" }
  /** A store that Playbill has not filled yet. */
  | { kind: "unknown"; count: number };

/** One file of ours in a store. */
export interface StoreMember {
  /** Its id, or its address until it has one. */
  file: string;
  /** From the project's root; `null` for a file that is named by its id and not managed. */
  path: string | null;
  /** Of its bytes; `null` for a file that is named by its id. */
  sha256: string | null;
}
