import { keyDefaults } from "./defaults.ts";
import { Type } from "typebox";
import { assistantFields } from "../../resources/assistant/fields.ts";
import type { AssistantField } from "../../resources/assistant/spec.ts";
import { JsonSchema, Metadata, closed, existing } from "./common.ts";

function limit(field: AssistantField): { maxLength?: number } {
  const { maxLength } = assistantFields[field];
  return maxLength === undefined ? {} : { maxLength };
}

const FilePath = Type.Object(
  { file: Type.String({ description: "A text file, relative to this file.", examples: ["support.md"] }) },
  closed,
);
const InstructionPart = Type.Union([Type.String(), FilePath]);

const CodeInterpreter = Type.Object(
  {
    code_interpreter: Type.Object(
      {
        files: Type.Optional(
          Type.Array(Type.Union([Type.String(), existing("a file", "file-abc123")]), {
            maxItems: 20,
            description: "Up to 20 files that the code may read, relative to this file.",
            examples: [["files/sales.csv"]],
          }),
        ),
      },
      { ...closed, description: "Python that the assistant writes and runs." },
    ),
  },
  closed,
);
const FileSearch = Type.Object(
  {
    file_search: Type.Object(
      {
        vector_store: Type.Optional(
          Type.Union(
            [
              Type.String({ description: "A vector store of this project, by its file's name." }),
              existing("a vector store", "vs_abc123"),
            ],
            {
              description: "The vector store to search: one of this project by name, or { id: vs_... }.",
              examples: ["handbook"],
            },
          ),
        ),
        max_num_results: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 50,
            description: "The maximum number of passages that a search returns.",
            examples: [5],
          }),
        ),
        ranking_options: Type.Optional(
          Type.Object(
            {
              ranker: Type.Optional(
                Type.String({
                  default: keyDefaults.rankingOptions.ranker,
                  description: "How passages are ranked; default: auto.",
                  examples: ["auto"],
                }),
              ),
              score_threshold: Type.Number({
                minimum: 0,
                maximum: 1,
                description: "Passages with a lower score are left out.",
                examples: [0.5],
              }),
            },
            { ...closed, description: "How passages are ranked, and the score they must reach." },
          ),
        ),
      },
      { ...closed, description: "Searches files and cites the passages found." },
    ),
  },
  closed,
);
const FunctionTool = Type.Object(
  {
    function: Type.String({
      description: "A tool of this project, by its file's name: assistants/tools/NAME.yaml.",
      examples: ["lookup_order"],
    }),
  },
  closed,
);
const RawTool = Type.Object(
  {
    raw: Type.Object(
      { type: Type.String({ description: "The tool's type at the target.", examples: ["web_search"] }) },
      { description: "A tool that Playbill does not know, in the API's own form. It is sent unchanged." },
    ),
  },
  closed,
);

const ResponseSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: "^[a-zA-Z0-9_-]{1,64}$",
        description: "The format's name; default: the file's name.",
        examples: ["forecast"],
      }),
    ),
    description: Type.Optional(
      Type.String({ description: "The purpose of the format; the model reads it.", examples: ["A weather forecast."] }),
    ),
    strict: Type.Optional(
      Type.Boolean({ description: "Make the model follow the schema exactly (OpenAI's strict mode)." }),
    ),
    schema: Type.Optional(JsonSchema),
    file: Type.Optional(
      Type.String({
        description: "A JSON file with the schema, instead of `schema`.",
        examples: ["forecast.schema.json"],
      }),
    ),
  },
  { ...closed, description: "A JSON Schema to which answers must conform." },
);

/** `assistants/NAME.yaml`, as it is written. Limits are the API's own (create assistant, request body). */
export const AssistantFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        ...limit("name"),
        description: "The display name; default: the file's name.",
        examples: ["Weather"],
      }),
    ),
    description: Type.Optional(
      Type.String({
        ...limit("description"),
        description: "The purpose of the assistant, for people to read.",
        examples: ["Answers questions about orders."],
      }),
    ),
    model: Type.String({
      minLength: 1,
      description: "The model. A target's `models` may map it to another name.",
      examples: ["gpt-4o-mini"],
    }),
    instructions: Type.Optional(
      Type.Union([Type.String(), FilePath, Type.Array(InstructionPart)], {
        description: "Text, { file: x.md }, or a list of these, joined by blank lines.",
        examples: ["You answer questions about orders.", { file: "support.md" }],
      }),
    ),
    expressions: Type.Optional(
      Type.Boolean({
        description: "Evaluate ${{ }} in instruction files too. In this YAML file it is always evaluated.",
      }),
    ),
    temperature: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 2,
        description: "The sampling temperature, 0 to 2: higher values give more varied answers.",
        examples: [0.2],
      }),
    ),
    top_p: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "Nucleus sampling, 0 to 1: only the most likely tokens up to this total probability are considered.",
        examples: [0.9],
      }),
    ),
    response_format: Type.Optional(
      Type.Union(
        [
          Type.Literal("auto"),
          Type.Literal("text"),
          Type.Literal("json_object"),
          Type.Object({ json_schema: ResponseSchema }, closed),
        ],
        { description: "auto, text, json_object, or { json_schema: ... } with a schema or a file." },
      ),
    ),
    reasoning_effort: Type.Optional(
      Type.Union(
        (["none", "minimal", "low", "medium", "high", "xhigh"] as const).map((each) => Type.Literal(each)),
        {
          description: "How much a reasoning model thinks.",
        },
      ),
    ),
    tools: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Literal("code_interpreter"),
          Type.Literal("file_search"),
          CodeInterpreter,
          FileSearch,
          FunctionTool,
          RawTool,
        ]),
        {
          maxItems: 128,
          description:
            "Up to 128 tools that the assistant may use: code_interpreter, file_search, functions and raw tools.",
        },
      ),
    ),
    metadata: Type.Optional(Metadata),
    protect: Type.Optional(Type.Boolean({ description: "Never delete or replace it." })),
    ignore: Type.Optional(
      Type.Array(Type.String(), {
        description: "Fields that are edited at the target; sync leaves them alone.",
        examples: [["temperature"]],
      }),
    ),
    adopt: Type.Optional(
      Type.String({ description: "The id of an existing assistant to adopt.", examples: ["asst_abc123"] }),
    ),
  },
  { ...closed, title: "Playbill assistant" },
);
export type WrittenAssistant = Type.Static<typeof AssistantFile>;
