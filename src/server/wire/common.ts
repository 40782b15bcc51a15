import { Type, type Static, type TSchema } from "../../schema/builder.ts";

/** The option of an object schema that rejects unknown keys. */
export const closed = { additionalProperties: false } as const;

/** `null` is allowed too. */
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** May be absent, and may be `null`. */
export const optional = <S extends TSchema>(schema: S) => Type.Optional(nullable(schema));

/** One of several literal values. */
export const oneOf = <const V extends string[]>(...values: V) =>
  Type.Unsafe<V[number]>({ type: "string", enum: values });

/** An id; its form is checked where it is looked up. */
export const Id = Type.String();

/** 16 pairs, keys of 64 and values of 512 characters. */
export const Metadata = Type.Unsafe<Record<string, string>>({
  type: "object",
  maxProperties: 16,
  propertyNames: { maxLength: 64 },
  additionalProperties: { type: "string", maxLength: 512 },
});
export type Metadata = Static<typeof Metadata>;

const AnyObject = Type.Unsafe<Record<string, unknown>>({ type: "object" });

const FunctionTool = Type.Object(
  {
    type: Type.Literal("function"),
    function: Type.Object(
      {
        name: Type.String({ pattern: "^[a-zA-Z0-9_-]+$", maxLength: 64 }),
        description: Type.Optional(Type.String()),
        parameters: Type.Optional(AnyObject),
        strict: optional(Type.Boolean()),
      },
      closed,
    ),
  },
  closed,
);
const CodeInterpreterTool = Type.Object({ type: Type.Literal("code_interpreter") }, closed);
const FileSearchTool = Type.Object(
  {
    type: Type.Literal("file_search"),
    file_search: Type.Optional(
      Type.Object(
        {
          max_num_results: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
          ranking_options: Type.Optional(
            Type.Object(
              {
                ranker: Type.Optional(oneOf("auto", "default_2024_08_21")),
                score_threshold: Type.Number({ minimum: 0, maximum: 1 }),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** A tool, in requests and in answers. */
export const Tool = Type.Union([CodeInterpreterTool, FileSearchTool, FunctionTool]);
export type Tool = Static<typeof Tool>;

const JsonSchemaFormat = Type.Object(
  {
    name: Type.String({ pattern: "^[a-zA-Z0-9_-]+$", maxLength: 64 }),
    description: Type.Optional(Type.String()),
    schema: Type.Optional(AnyObject),
    strict: optional(Type.Boolean()),
  },
  closed,
);
/** The format of answers. */
export const ResponseFormat = Type.Union([
  oneOf("auto"),
  Type.Object({ type: Type.Literal("text") }, closed),
  Type.Object({ type: Type.Literal("json_object") }, closed),
  Type.Object({ type: Type.Literal("json_schema"), json_schema: JsonSchemaFormat }, closed),
]);
export type ResponseFormat = Static<typeof ResponseFormat>;

/** How much a reasoning model thinks. */
export const ReasoningEffort = oneOf("none", "minimal", "low", "medium", "high", "xhigh", "max");
/** Sampling temperature. */
export const Temperature = Type.Number({ minimum: 0, maximum: 2 });
/** Nucleus sampling. */
export const TopP = Type.Number({ minimum: 0, maximum: 1 });

const FileIds = Type.Array(Id, { maxItems: 20 });
const CodeInterpreterResources = Type.Object({ file_ids: Type.Optional(FileIds) }, closed);
const VectorStoreIds = Type.Array(Id, { maxItems: 1 });

/** How files are cut into chunks. */
export const ChunkingStrategy = Type.Union([
  Type.Object({ type: Type.Literal("auto") }, closed),
  Type.Object(
    {
      type: Type.Literal("static"),
      static: Type.Object(
        {
          max_chunk_size_tokens: Type.Integer({ minimum: 100, maximum: 4096 }),
          chunk_overlap_tokens: Type.Integer({ minimum: 0 }),
        },
        closed,
      ),
    },
    closed,
  ),
]);

const NewVectorStore = Type.Object(
  {
    file_ids: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
    chunking_strategy: Type.Optional(ChunkingStrategy),
    metadata: optional(Metadata),
  },
  closed,
);

/** What tools may use, when an assistant or a thread is created. */
export const NewToolResources = Type.Object(
  {
    code_interpreter: optional(CodeInterpreterResources),
    file_search: optional(
      Type.Object(
        {
          vector_store_ids: Type.Optional(VectorStoreIds),
          vector_stores: Type.Optional(Type.Array(NewVectorStore, { maxItems: 1 })),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type NewToolResources = Static<typeof NewToolResources>;

/** What tools may use, in answers. */
export interface ToolResources {
  code_interpreter?: { file_ids: string[] };
  file_search?: { vector_store_ids: string[] };
}
