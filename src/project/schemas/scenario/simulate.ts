import { Type, type TSchema } from "../../../schema/builder.ts";
import { closed } from "../common.ts";
import { ScriptStep } from "../script.ts";

const Exchange = Type.Object(
  {
    say: Type.String({ minLength: 1, description: "What the simulated user says." }),
    script: Type.Optional(Type.Array(ScriptStep, { description: "What the embedded model does then." })),
  },
  { ...closed, description: "One thing that the user says, and what is done then." },
);

/** A user that a model plays. `reply` is how a reply is expected. */
export const simulateOf = (reply: TSchema) =>
  Type.Object(
    {
      goal: Type.String({ minLength: 1, description: "What the user wants, and when to give up." }),
      persona: Type.Optional(Type.String({ minLength: 1, description: "Who the user is, and how they write." })),
      knows: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: "The facts that the user may state, and no others.",
        }),
      ),
      max_turns: Type.Integer({
        minimum: 1,
        maximum: 50,
        description: "How many messages the user writes at the most.",
      }),
      stop: Type.Optional(
        Type.Object(
          {
            when_reply: Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>>>(reply)),
            when: Type.Optional(Type.String({ description: "A CEL expression over the conversation so far." })),
          },
          { ...closed, description: "The user says nothing more once one of these holds." },
        ),
      ),
      model: Type.Optional(Type.String({ description: "A model under models: in playbill.yaml; default: user." })),
      script: Type.Optional(
        Type.Array(Exchange, {
          minItems: 1,
          description:
            "What the user says where the assistant's answers are scripts, and what those are; then it has reached its goal.",
        }),
      ),
    },
    { ...closed, description: "A model plays the user." },
  );
