import type { WrittenVectorStore } from "../schemas/vector-store.ts";
import type { Rule } from "./rule.ts";

/** The API takes an overlap of at most half a chunk. */
export const overlapFits: Rule<WrittenVectorStore> = ({ value: { chunking } }) => {
  if (!chunking || chunking.chunk_overlap_tokens <= chunking.max_chunk_size_tokens / 2) return [];
  const most = Math.floor(chunking.max_chunk_size_tokens / 2);
  const message = `"chunk_overlap_tokens" must be at most half of "max_chunk_size_tokens", ${most}`;
  return [{ path: ["chunking", "chunk_overlap_tokens"], code: "out_of_range", message }];
};
