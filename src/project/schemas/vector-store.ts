import { Type } from "typebox";
import { Metadata, closed, existing } from "./common.ts";

/** `assistants/vector_stores/NAME.yaml`, as it is written. Chunk bounds are the API's own. */
export const VectorStoreFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        maxLength: 256,
        description: "The display name; default: the file's name.",
        examples: ["Handbook"],
      }),
    ),
    files: Type.Array(Type.Union([Type.String(), existing("a file", "file-abc123")]), {
      description:
        "Paths or globs, relative to this file; { id: file-... } for a file that already exists at the target.",
      examples: [["../files/handbook/*.md"]],
    }),
    chunking: Type.Optional(
      Type.Object(
        {
          max_chunk_size_tokens: Type.Integer({
            minimum: 100,
            maximum: 4096,
            description: "The size of a chunk in tokens, 100 to 4096.",
            examples: [800],
          }),
          chunk_overlap_tokens: Type.Integer({
            minimum: 0,
            maximum: 2048,
            description: "The tokens that neighbouring chunks share: at most half a chunk.",
            examples: [400],
          }),
        },
        { ...closed, description: "How files are cut into passages." },
      ),
    ),
    expires_after: Type.Optional(
      Type.Object(
        {
          days: Type.Integer({
            minimum: 1,
            maximum: 365,
            description: "The number of days without use, 1 to 365.",
            examples: [30],
          }),
        },
        { ...closed, description: "When the store expires and is removed automatically." },
      ),
    ),
    metadata: Type.Optional({
      ...Metadata,
      maxProperties: 12,
      description: "Up to 12 pairs of strings (4 more are reserved for Playbill).",
      examples: [{ team: "support" }],
    }),
    protect: Type.Optional(Type.Boolean({ description: "Never delete or replace it." })),
    ignore: Type.Optional(
      Type.Array(Type.String(), {
        description: "Fields that are edited at the target; sync leaves them alone.",
        examples: [["temperature"]],
      }),
    ),
    adopt: Type.Optional(
      Type.String({ description: "The id of an existing vector store to adopt.", examples: ["vs_abc123"] }),
    ),
  },
  { ...closed, title: "Playbill vector store" },
);
export type WrittenVectorStore = Type.Static<typeof VectorStoreFile>;
