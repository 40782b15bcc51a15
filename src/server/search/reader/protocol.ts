import type { Chunk, ChunkSize } from "../chunk.ts";
import type { Unparsable } from "../parse/unparsable.ts";

/** A file to read and split into chunks. */
export interface ReadJob {
  filename: string;
  bytes: Uint8Array;
  size: ChunkSize;
}

/** The result; `unreadable` becomes a `last_error` of the API. */
export type ReadResult =
  | { kind: "chunks"; chunks: Chunk[] }
  | { kind: "unreadable"; code: Unparsable["code"] | "server_error"; message: string };
