import { Type, type Static } from "../../schema/builder.ts";
import { ChunkingStrategy, Id, Metadata, closed, nullable, oneOf, optional } from "./common.ts";

const ExpiresAfter = Type.Object(
  { anchor: Type.Literal("last_active_at"), days: Type.Integer({ minimum: 1, maximum: 365 }) },
  closed,
);

/** Body of `POST /vector_stores`. */
export const CreateVectorStore = Type.Object(
  {
    name: optional(Type.String()),
    description: optional(Type.String()),
    file_ids: optional(Type.Array(Id, { maxItems: 500 })),
    expires_after: optional(ExpiresAfter),
    chunking_strategy: optional(ChunkingStrategy),
    metadata: optional(Metadata),
  },
  closed,
);
export type CreateVectorStore = Static<typeof CreateVectorStore>;
/** Body of `POST /vector_stores/{vector_store_id}`. */
export const ModifyVectorStore = Type.Object(
  { name: optional(Type.String()), expires_after: optional(ExpiresAfter), metadata: optional(Metadata) },
  closed,
);

export interface FileCounts {
  in_progress: number;
  completed: number;
  failed: number;
  cancelled: number;
  total: number;
}

export interface VectorStore {
  id: string;
  object: "vector_store";
  created_at: number;
  name: string | null;
  description: string | null;
  usage_bytes: number;
  file_counts: FileCounts;
  expires_after: Static<typeof ExpiresAfter> | null;
  last_active_at: number;
  metadata: Metadata;
}

/** What file search can filter by: 16 pairs, keys of 64 and strings of 512 characters. */
const AttributeValue = Type.Union([Type.String({ maxLength: 512 }), Type.Number(), Type.Boolean()]);
const Attributes = Type.Unsafe<Record<string, Static<typeof AttributeValue>>>({
  type: "object",
  maxProperties: 16,
  propertyNames: { maxLength: 64 },
  additionalProperties: AttributeValue,
});
export type Attributes = Static<typeof Attributes>;

const attachment = {
  attributes: optional(Attributes),
  chunking_strategy: optional(ChunkingStrategy),
};
/** Body of `POST /vector_stores/{vector_store_id}/files`. */
export const CreateVectorStoreFile = Type.Object({ file_id: Id, ...attachment }, closed);
/** Body of `POST /vector_stores/{vector_store_id}/files/{file_id}`. */
export const ModifyVectorStoreFile = Type.Object({ attributes: nullable(Attributes) }, closed);
/** Body of `POST /vector_stores/{vector_store_id}/file_batches`. */
export const CreateFileBatch = Type.Object(
  {
    file_ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 2000 })),
    files: Type.Optional(Type.Array(CreateVectorStoreFile, { minItems: 1, maxItems: 2000 })),
    ...attachment,
  },
  closed,
);

export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";

export interface VectorStoreFile {
  /** The file's own id. */
  id: string;
  object: "vector_store.file";
  created_at: number;
  usage_bytes: number;
  vector_store_id: string;
  status: FileStatus;
  last_error: { code: "server_error" | "unsupported_file" | "invalid_file"; message: string } | null;
  chunking_strategy: { type: "static"; static: { max_chunk_size_tokens: number; chunk_overlap_tokens: number } };
  attributes: Attributes;
}

export interface FileBatch {
  id: string;
  object: "vector_store.file_batch";
  created_at: number;
  vector_store_id: string;
  file_counts: FileCounts;
  cancelled: boolean;
}

/** Body of `POST /vector_stores/{vector_store_id}/search`. `filters` is checked separately. */
export const SearchVectorStore = Type.Object(
  {
    query: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]),
    rewrite_query: Type.Optional(Type.Boolean()),
    max_num_results: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    filters: Type.Optional(Type.Unknown()),
    ranking_options: Type.Optional(
      Type.Object(
        {
          ranker: Type.Optional(oneOf("none", "auto", "default-2024-11-15")),
          score_threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        },
        closed,
      ),
    ),
  },
  closed,
);
