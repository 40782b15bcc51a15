import { keyDefaults } from "./defaults.ts";
import { Type } from "typebox";
import { closed } from "./common.ts";

/** `serve:` of `playbill.yaml`, as it is written. */
export const Serve = Type.Object(
  {
    port: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 65535 }), Type.String()], {
        default: keyDefaults.serve.port,
        description: "The port; 0 picks a free one. Default: 8787.",
        examples: [8787],
      }),
    ),
    host: Type.Optional(
      Type.String({
        default: keyDefaults.serve.host,
        description: "The address to listen on. Default: 127.0.0.1.",
        examples: ["0.0.0.0"],
      }),
    ),
    api_key: Type.Optional(
      Type.String({
        description: "The one key that clients must send; take it from the environment.",
        examples: ["${PLAYBILL_API_KEY}"],
      }),
    ),
    api_keys: Type.Optional(
      Type.String({
        description: "The file of the keys that `playbill key new` creates, relative to the project's root.",
        examples: ["keys.json"],
      }),
    ),
    db: Type.Optional(
      Type.String({
        description:
          "Where data is stored: a SQLite file, relative to the project's root, or the URL of a PostgreSQL database.",
        examples: ["playbill.db", "postgres://playbill@db.example/playbill"],
      }),
    ),
    db_connections: Type.Optional(
      Type.Integer({
        minimum: 1,
        default: keyDefaults.serve.dbConnections,
        description: "The maximum number of connections to PostgreSQL. Default: 10.",
        examples: [20],
      }),
    ),
    model: Type.Optional(
      Type.Union([Type.Literal("script"), Type.Literal("openai"), Type.Literal("replay")], {
        default: keyDefaults.serve.model,
        description: "Where answers come from: the scenarios' scripts, a chat-completions endpoint, or recordings.",
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
    upstream_models: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'With model: openai, a model name used by clients -> the endpoint\'s name for it; "*" is any other name.',
        examples: [{ "gpt-4o": "llama3.2", "*": "llama3.2" }],
      }),
    ),
    packages: Type.Optional(
      Type.String({
        description: "A folder of Python packages for the code interpreter, relative to the project's root.",
        examples: ["packages"],
      }),
    ),
    log: Type.Optional(
      Type.Union([Type.Literal("text"), Type.Literal("json"), Type.Literal("faults")], {
        default: keyDefaults.serve.log,
        description: "The format of the request log on stderr.",
      }),
    ),
    cors: Type.Optional(Type.Boolean({ description: "Allow web pages of any origin to use the server." })),
    metrics: Type.Optional(
      Type.String({
        description: "A separate address and port that serves GET /metrics for Prometheus, for example 127.0.0.1:9464.",
        examples: ["127.0.0.1:9464"],
      }),
    ),
    drain: Type.Optional(
      Type.String({
        default: keyDefaults.serve.drain,
        description:
          "How long to keep answering after SIGTERM while /readyz returns 503, for example 10s. Default: 0s.",
        examples: ["10s"],
      }),
    ),
  },
  {
    ...closed,
    description: "Defaults for the options of `playbill serve`; options on the command line take precedence.",
  },
);
export type WrittenServe = Type.Static<typeof Serve>;
