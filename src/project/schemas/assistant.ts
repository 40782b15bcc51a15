import { Type } from "typebox";
import { assistantFields } from "../../resources/assistant/fields.ts";
import type { AssistantField } from "../../resources/assistant/spec.ts";
import { JsonSchema, Metadata, closed, existing } from "./common.ts";

function limit(field: AssistantField): { maxLength?: number } {
  const { maxLength } = assistantFields[field];
  return maxLength === undefined ? {} : { maxLength };
}

const FilePath = Type.Object({ file: Type.String({ description: "A text file, relative to this file." }) }, closed);
const InstructionPart = Type.Union([Type.String(), FilePath]);

const CodeInterpreter = Type.Object(
  {
    code_interpreter: Type.Object(
      {
        files: Type.Optional(
          Type.Array(Type.Union([Type.String(), existing("a file")]), {
            maxItems: 20,
            description: "Files that the code may read, at most 20, relative to this file.",
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
              existing("a vector store"),
            ],
            { description: "What is searched: a vector store of this project, or { id: vs_... }." },
          ),
        ),
        max_num_results: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 50, description: "How many passages a search gives at most." }),
        ),
        ranking_options: Type.Optional(
          Type.Object(
            {
              ranker: Type.Optional(Type.String({ description: "How passages are ranked; default: auto." })),
              score_threshold: Type.Number({
                minimum: 0,
                maximum: 1,
                description: "Passages that score lower are left out.",
              }),
            },
            { ...closed, description: "How passages are ranked, and which are good enough." },
          ),
        ),
      },
      closed,
    ),
  },
  closed,
);
const FunctionTool = Type.Object(
  { function: Type.String({ description: "A tool of this project, by its file's name: assistants/tools/NAME.yaml." }) },
  closed,
);
const RawTool = Type.Object(
  {
    raw: Type.Object(
      { type: Type.String({ description: "The type by which the target knows it." }) },
      { description: "A tool that Playbill does not know, as the API has it: sent as it is." },
    ),
  },
  closed,
);

const ResponseSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({ pattern: "^[a-zA-Z0-9_-]{1,64}$", description: "The format's name; default: the file's name." }),
    ),
    description: Type.Optional(Type.String({ description: "What the format is for; the model reads it." })),
    strict: Type.Optional(
      Type.Boolean({ description: "Hold the model to the schema exactly (OpenAI's strict mode)." }),
    ),
    schema: Type.Optional(JsonSchema),
    file: Type.Optional(Type.String({ description: "A JSON file with the schema, instead of `schema`." })),
  },
  closed,
);

/** `assistants/NAME.yaml`, as it is written. Limits are the API's own (create assistant, request body). */
export const AssistantFile = Type.Object(
  {
    name: Type.Optional(Type.String({ ...limit("name"), description: "The display name; default: the file's name." })),
    description: Type.Optional(
      Type.String({ ...limit("description"), description: "What the assistant is for; people read it." }),
    ),
    model: Type.String({ minLength: 1, description: "The model; a target's `models` may call it something else." }),
    instructions: Type.Optional(
      Type.Union([Type.String(), FilePath, Type.Array(InstructionPart)], {
        description: "Text, { file: x.md }, or a list of both, joined by blank lines.",
      }),
    ),
    expressions: Type.Optional(
      Type.Boolean({
        description: "Evaluate ${{ }} in instruction files too; instructions in this YAML file always are.",
      }),
    ),
    temperature: Type.Optional(
      Type.Number({ minimum: 0, maximum: 2, description: "How freely words are chosen: 0 to 2." }),
    ),
    top_p: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: "Only the likeliest words up to this share: 0 to 1." }),
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
          description: "How long a reasoning model thinks.",
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
            "What the assistant may use, at most 128: code_interpreter, file_search, functions and raw tools.",
        },
      ),
    ),
    metadata: Type.Optional(Metadata),
    protect: Type.Optional(Type.Boolean({ description: "Never delete or replace it." })),
    ignore: Type.Optional(
      Type.Array(Type.String(), { description: "Fields that belong to whoever edits them at the target." }),
    ),
    adopt: Type.Optional(Type.String({ description: "The id of an existing assistant to take over." })),
  },
  { ...closed, title: "Playbill assistant" },
);
export type WrittenAssistant = Type.Static<typeof AssistantFile>;
