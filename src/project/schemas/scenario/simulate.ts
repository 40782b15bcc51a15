import { keyDefaults } from "../defaults.ts";
import { Type, type TSchema } from "../../../schema/builder.ts";
import { closed } from "../common.ts";
import { ScriptStep } from "../script.ts";

const Exchange = Type.Object(
  {
    say: Type.String({ minLength: 1, description: "What the simulated user says.", examples: ["Where is my order?"] }),
    script: Type.Optional(Type.Array(ScriptStep, { description: "How the embedded model then answers." })),
  },
  { ...closed, description: "One message of the user, and how the assistant answers it." },
);

/** A user simulated by a model. `reply` is the schema of an expected reply. */
export const simulateOf = (reply: TSchema) =>
  Type.Object(
    {
      goal: Type.String({
        minLength: 1,
        description: "What the user wants, and when to give up.",
        examples: ["Find out where order A-1001 is; give up when it is not found."],
      }),
      persona: Type.Optional(
        Type.String({
          minLength: 1,
          description: "Who the user is, and how they write.",
          examples: ["A customer in a hurry, who writes short messages."],
        }),
      ),
      knows: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: "The facts that the user may state, and no others.",
          examples: [{ order: "A-1001" }],
        }),
      ),
      max_turns: Type.Integer({
        minimum: 1,
        maximum: 50,
        description: "The maximum number of messages that the user writes.",
        examples: [6],
      }),
      stop: Type.Optional(
        Type.Object(
          {
            when_reply: Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>>>(reply)),
            when: Type.Optional(
              Type.String({
                description: "A CEL expression over the conversation so far.",
                examples: ["calls.size() > 0"],
              }),
            ),
          },
          { ...closed, description: "The user stops once one of these holds." },
        ),
      ),
      model: Type.Optional(
        Type.String({
          default: keyDefaults.models.user,
          description: "A model under models: in playbill.yaml; default: user.",
          examples: ["user"],
        }),
      ),
      script: Type.Optional(
        Type.Array(Exchange, {
          minItems: 1,
          description:
            "With scripted answers: what the user says and what the assistant answers. After the last message, the user's goal is reached.",
        }),
      ),
    },
    { ...closed, description: "A model simulates the user." },
  );
