import { Type } from "typebox";
import { Metadata, closed } from "./common.ts";

/** `assistants/vector_stores/NAME.yaml`, as it is written. Chunk bounds are the API's own. */
export const VectorStoreFile = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 256 })),
    files: Type.Array(Type.String(), { description: "Paths or globs, relative to this file." }),
    chunking: Type.Optional(
      Type.Object(
        {
          max_chunk_size_tokens: Type.Integer({ minimum: 100, maximum: 4096 }),
          chunk_overlap_tokens: Type.Integer({ minimum: 0, maximum: 2048 }),
        },
        closed,
      ),
    ),
    expires_after: Type.Optional(Type.Object({ days: Type.Integer({ minimum: 1, maximum: 365 }) }, closed)),
    metadata: Type.Optional(Metadata),
    protect: Type.Optional(Type.Boolean()),
  },
  { ...closed, title: "Playbill vector store" },
);
export type WrittenVectorStore = Type.Static<typeof VectorStoreFile>;
