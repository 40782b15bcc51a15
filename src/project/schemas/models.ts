import { Type } from "typebox";
import { Duration, closed } from "./common.ts";

const Sunset = Type.Record(
  Type.String(),
  Type.Union([Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\d$" }), Type.Null()]),
  {
    description:
      "Shutdown dates: a model, by the target's name for it -> the day on which it is shut down, or null if none is planned.",
    examples: [{ "gpt-4o": "2027-01-14" }],
  },
);

const ModelEntry = Type.Object(
  {
    target: Type.Optional(
      Type.String({
        description: "A target of this project whose address and key are used, instead of base_url.",
        examples: ["prod"],
      }),
    ),
    base_url: Type.Optional(
      Type.String({
        description: "A chat-completions endpoint with its version, for example http://127.0.0.1:11434/v1.",
        examples: ["http://127.0.0.1:11434/v1"],
      }),
    ),
    api_key: Type.Optional(
      Type.String({ description: "The endpoint's key; take it from the environment.", examples: ["${JUDGE_API_KEY}"] }),
    ),
    model: Type.String({ minLength: 1, description: "The model's name at the endpoint.", examples: ["gpt-6-luna"] }),
    temperature: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 2,
        description: "Default: not sent; the endpoint then uses its own default.",
        examples: [0],
      }),
    ),
    timeout: Type.Optional(Duration),
  },
  { ...closed, description: "A model that Playbill itself calls: as a judge, as a simulated user, or for embeddings." },
);
export type WrittenModel = Type.Static<typeof ModelEntry>;

/** `models` of `playbill.yaml`: `sunset`, and under any other name a model that Playbill itself calls. */
export const Models = Type.Unsafe<{ sunset?: Type.Static<typeof Sunset> } & Record<string, unknown>>({
  type: "object",
  properties: { sunset: Sunset },
  additionalProperties: ModelEntry,
  description: "Shutdown dates of models, and the models that judge, simulate users or compute embeddings.",
});
