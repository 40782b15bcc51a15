import { Type } from "typebox";
import { closed } from "./common.ts";

/** `serve:` of `playbill.yaml`, as it is written. */
export const Serve = Type.Object(
  {
    port: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 65535 }), Type.String()], {
        description: "The port; 0 takes a free one. Default: 8787.",
      }),
    ),
    host: Type.Optional(Type.String({ description: "The address to listen on. Default: 127.0.0.1." })),
    api_key: Type.Optional(
      Type.String({ description: "The one key that clients must send; take it from the environment." }),
    ),
    api_keys: Type.Optional(
      Type.String({ description: "The file of the keys that `playbill key new` makes, from the project's root." }),
    ),
    db: Type.Optional(
      Type.String({
        description:
          "Where everything is kept: a SQLite file, from the project's root, or the URL of a PostgreSQL database.",
      }),
    ),
    db_connections: Type.Optional(
      Type.Integer({ minimum: 1, description: "The most connections to PostgreSQL. Default: 10." }),
    ),
    model: Type.Optional(
      Type.Union([Type.Literal("script"), Type.Literal("openai"), Type.Literal("replay")], {
        description: "What answers: the scenarios' scripts, a chat-completions endpoint, or recordings.",
      }),
    ),
    upstream_base_url: Type.Optional(
      Type.String({
        description: "With model: openai, the chat-completions endpoint, for example http://127.0.0.1:11434/v1.",
      }),
    ),
    upstream_api_key: Type.Optional(Type.String({ description: "With model: openai, the endpoint's key." })),
    upstream_models: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'With model: openai, a model\'s name for clients -> what the endpoint calls it; "*" stands for every other one.',
      }),
    ),
    packages: Type.Optional(
      Type.String({ description: "A folder of Python packages for the code interpreter, from the project's root." }),
    ),
    log: Type.Optional(
      Type.Union([Type.Literal("text"), Type.Literal("json"), Type.Literal("faults")], {
        description: "How to tell of requests, on stderr.",
      }),
    ),
    cors: Type.Optional(Type.Boolean({ description: "Let web pages of any origin use it." })),
    metrics: Type.Optional(
      Type.String({
        description:
          "Where to answer GET /metrics, for Prometheus: an address and a port of its own, for example 127.0.0.1:9464.",
      }),
    ),
    drain: Type.Optional(
      Type.String({
        description:
          "How long to go on answering after the signal TERM, while /readyz says 503, for example 10s. Default: 0s.",
        examples: ["10s"],
      }),
    ),
  },
  { ...closed, description: "What `playbill serve` does without options; options take precedence." },
);
export type WrittenServe = Type.Static<typeof Serve>;
