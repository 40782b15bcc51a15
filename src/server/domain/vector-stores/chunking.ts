import type { Static } from "../../../schema/builder.ts";
import { refuse } from "../../http/errors.ts";
import type { ChunkSize } from "../../search/chunk.ts";
import type { ChunkingStrategy } from "../../wire/common.ts";
import type { VectorStoreFile } from "../../wire/vector-store.ts";

type Asked = Static<typeof ChunkingStrategy> | null | undefined;
type Chosen = VectorStoreFile["chunking_strategy"];

/** The values of `auto`, as in the API. */
const auto: Chosen = { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } };

/** The chunking that a request asks for; rejects an overlap of more than half a chunk. `param` is where it is. */
export function chooseChunking(asked: Asked, param: string): Chosen {
  if (!asked || asked.type === "auto") return auto;
  const { max_chunk_size_tokens: size, chunk_overlap_tokens: overlap } = asked.static;
  const most = Math.floor(size / 2);
  const path = `${param}.static.chunk_overlap_tokens`;
  if (overlap > most)
    refuse(`Invalid '${path}': integer above maximum value. Expected a value <= ${most}, but got ${overlap} instead.`, {
      param: path,
      code: "integer_above_max_value",
    });
  return asked;
}

/** The same as parameters of the chunker. */
export function chunkSize({
  static: { max_chunk_size_tokens: maxTokens, chunk_overlap_tokens: overlapTokens },
}: Chosen): ChunkSize {
  return { maxTokens, overlapTokens };
}
