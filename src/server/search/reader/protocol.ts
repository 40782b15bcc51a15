import type { Chunk, ChunkSize } from "../chunk.ts";
import type { Unparsable } from "../parse/unparsable.ts";

/** A file to be read and cut. */
export interface ReadJob {
  filename: string;
  bytes: Uint8Array;
  size: ChunkSize;
}

/** What became of it; `unreadable` is a `last_error` of the API. */
export type ReadResult =
  | { kind: "chunks"; chunks: Chunk[] }
  | { kind: "unreadable"; code: Unparsable["code"] | "server_error"; message: string };
