import { Type } from "typebox";
import { SharedVars, closed } from "./common.ts";
import { Models } from "./models.ts";
import { Prices } from "./prices.ts";
import { Serve } from "./serve.ts";

const Moved = Type.Object(
  {
    from: Type.String({
      description: "The previous address, for example assistant.weather.",
      examples: ["assistant.weather"],
    }),
    to: Type.String({ description: "The current address.", examples: ["assistant.forecast"] }),
  },
  { ...closed, description: "A renamed address." },
);

const Target = Type.Object(
  {
    api: Type.Union([Type.Literal("assistants"), Type.Literal("responses")], {
      description: "The dialect that the target speaks: the Assistants API, version 2, or the Responses API.",
    }),
    server: Type.Optional(
      Type.Literal("embedded", { description: "Use the server inside Playbill; needs no network and no account." }),
    ),
    model: Type.Optional(
      Type.Union([Type.Literal("script"), Type.Literal("openai"), Type.Literal("replay")], {
        description:
          "Where the embedded server gets its answers: the scenarios' scripts, a chat-completions endpoint, or the recordings in scenarios/recordings.",
      }),
    ),
    upstream_base_url: Type.Optional(
      Type.String({
        description: "With model: openai, the chat-completions endpoint, for example http://127.0.0.1:11434/v1.",
        examples: ["http://127.0.0.1:11434/v1"],
      }),
    ),
    upstream_api_key: Type.Optional(
      Type.String({ description: "With model: openai, the endpoint's key.", examples: ["${UPSTREAM_API_KEY}"] }),
    ),
    packages: Type.Optional(
      Type.String({
        description:
          "Embedded server: a folder of Python packages (Pyodide wheels) for the code interpreter, relative to the project's root.",
        examples: ["packages"],
      }),
    ),
    base_url: Type.Optional(
      Type.String({
        description: "The API's base URL, for example https://proxy.example/openai/v1.",
        examples: ["https://proxy.example/openai/v1"],
      }),
    ),
    api_key: Type.Optional(
      Type.Union(
        [
          Type.String({ description: "The key; take it from the environment." }),
          Type.Object(
            {
              command: Type.Array(Type.String(), {
                minItems: 1,
                description:
                  "A program and its arguments that prints a key, for example [az, account, get-access-token, --output, json]. It runs when the target is used.",
                examples: [["az", "account", "get-access-token", "--output", "json"]],
              }),
            },
            closed,
          ),
        ],
        { description: "The API key, or the command that prints one.", examples: ["${OPENAI_API_KEY}"] },
      ),
    ),
    query: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "Query parameters added to the URL of every request, for example api-version: v1.",
        examples: [{ "api-version": "v1" }],
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "Headers sent with every request; take secrets from the environment.",
        examples: [{ "x-team": "support" }],
      }),
    ),
    organization: Type.Optional(
      Type.String({ description: "Sent as the OpenAI-Organization header.", examples: ["org-abc123"] }),
    ),
    openai_project: Type.Optional(
      Type.String({ description: "Sent as the OpenAI-Project header.", examples: ["proj_abc123"] }),
    ),
    state: Type.Optional(
      Type.Union([Type.Literal("conversation"), Type.Literal("chain"), Type.Literal("stateless")], {
        description:
          "With api: responses, where a conversation is stored: at the API as an object, at the API as a chain of responses, or only at the client.",
      }),
    ),
    bundle: Type.Optional(
      Type.String({
        description:
          "With api: responses, the JSON file in which sync publishes the assistants, relative to the project's root. Default: dist/assistants.TARGET.json.",
        examples: ["dist/assistants.prod.json"],
      }),
    ),
    models: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "A model name in the files -> this target's name for it.",
        examples: [{ "gpt-4o-mini": "gpt-6-luna" }],
      }),
    ),
    vars: Type.Optional(SharedVars),
  },
  closed,
);

/** The keys that the files of one kind share. */
const Shared = Type.Record(Type.String(), Type.Unknown(), {
  description: "Keys as they are written in such a file.",
  examples: [{}],
});

/** `playbill.yaml`, as it is written. */
export const ProjectFile = Type.Object(
  {
    project: Type.String({
      pattern: "^[a-z0-9][a-z0-9._-]{0,62}$",
      description: "The project's name; it becomes part of the ownership marker on everything Playbill creates.",
      examples: ["weather-desk"],
    }),
    vars: Type.Optional(SharedVars),
    targets: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,30}$" }), Target, {
        ...closed,
        description: "The APIs and servers where assistants live, by name.",
        examples: [{ local: { api: "assistants", server: "embedded", model: "script" } }],
      }),
    ),
    defaults: Type.Optional(
      Type.Object(
        {
          assistant: Type.Optional(Shared),
          tool: Type.Optional(Shared),
          vector_store: Type.Optional(Shared),
          scenario: Type.Optional(Shared),
        },
        {
          ...closed,
          description: "Values shared by all files of a kind. The keys of a file take precedence, one by one.",
        },
      ),
    ),
    models: Type.Optional(Models),
    prices: Type.Optional(Prices),
    serve: Type.Optional(Serve),
    default_target: Type.Optional(
      Type.String({ description: "The target used without --target.", examples: ["local"] }),
    ),
    moved: Type.Optional(
      Type.Array(Moved, { description: "Addresses that changed, so that nothing is deleted and created again." }),
    ),
    removed: Type.Optional(
      Type.Array(Type.String(), {
        description: "Addresses to forget: their objects stay at the target but no longer belong to this project.",
        examples: [["assistant.weather"]],
      }),
    ),
  },
  { ...closed, title: "Playbill project" },
);
export type WrittenProject = Type.Static<typeof ProjectFile>;
export type WrittenTarget = Type.Static<typeof Target>;
/** The key of a target: the key itself, or the command that prints it. */
export type WrittenKey = NonNullable<WrittenTarget["api_key"]>;
