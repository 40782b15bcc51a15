import { Type, type Static, type TSchema } from "../../../schema/builder.ts";
import { closed } from "../common.ts";
import { Attach } from "./attach.ts";
import { ScriptStep } from "../script.ts";
import { simulateOf } from "./simulate.ts";

const SavedValue = Type.Object(
  {
    from: Type.Union([Type.Literal("reply"), Type.String({ pattern: "^((reply|tools)\\.|world[.[]).+$" })], {
      description: "reply, or a path such as tools.get_weather.result.temperature.",
      examples: ["tools.get_weather.result.temperature"],
    }),
    regex: Type.Optional(
      Type.String({ description: "Keep only the text of the first capture group.", examples: ["number (\\d+)"] }),
    ),
    type: Type.Optional(
      Type.Union([Type.Literal("string"), Type.Literal("number"), Type.Literal("boolean")], {
        description: "The type to convert the text to. Default: no conversion.",
      }),
    ),
  },
  closed,
);

const Script = Type.Array(ScriptStep, {
  description: "How the embedded model answers in this turn; real models never see it.",
});

const Choice = Type.Object(
  {
    when: Type.Optional(
      Type.String({
        description: "A CEL expression over the conversation so far. Without it, the choice always applies.",
        examples: ['reply.text.contains("number")'],
      }),
    ),
    say: Type.String({ minLength: 1, description: "What the user says.", examples: ["Its number is A-1001."] }),
    script: Type.Optional(Script),
  },
  closed,
);

/** The user's message, or several choices, of which the first whose condition holds is used. */
const User = Type.Union(
  [
    Type.String({ minLength: 1, description: "What the user says." }),
    Type.Object(
      {
        any: Type.Array(Choice, {
          minItems: 1,
          description: "Choices of what the user says; the first whose condition holds is used.",
        }),
      },
      closed,
    ),
  ],
  { description: "What the user says, or a choice of messages.", examples: ["Where is my order?"] },
);

/** Expectations by subject, each of the form that its schema defines. */
export type WrittenExpectations = Readonly<Record<string, unknown>>;

const about = {
  id: Type.Optional(Type.String({ description: "A name for the turn, for reports.", examples: ["asks-again"] })),
  when: Type.Optional(
    Type.String({
      description: "A CEL expression over the conversation so far; the turn is skipped when it is false.",
      examples: ["calls.size() > 0"],
    }),
  ),
  save: Type.Optional(
    Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), SavedValue, {
      ...closed,
      description: "Values to save; later turns read them as ${{ saved.name }}.",
      examples: [{ total: { from: "tools.lookup_order.result.total" } }],
    }),
  ),
};

/** One turn: what the user says, how the embedded model answers, and what must have happened. */
const spokenTurnOf = (expectations: TSchema) =>
  Type.Object(
    {
      ...about,
      user: User,
      attach: Type.Optional(Attach),
      script: Type.Optional(Script),
      expect: Type.Optional(Type.Unsafe<WrittenExpectations>(expectations)),
    },
    closed,
  );
export type WrittenSpokenTurn = Static<ReturnType<typeof spokenTurnOf>>;

/** Several turns in which a model simulates the user. */
const simulatedTurnOf = (expectations: TSchema) =>
  Type.Object(
    {
      ...about,
      simulate: simulateOf(replyOf(expectations)),
      each: Type.Optional(
        Type.Unsafe<WrittenExpectations>({
          ...expectations,
          description: "What must hold for every answer to the simulated user.",
        }),
      ),
      expect: Type.Optional(
        Type.Unsafe<WrittenExpectations>({
          ...expectations,
          description: "What must hold for the entire exchange with the simulated user.",
        }),
      ),
    },
    closed,
  );
export type WrittenSimulatedTurn = Static<ReturnType<typeof simulatedTurnOf>>;

/** A turn as it is written. */
export const turnOf = (expectations: TSchema) =>
  Type.Union([spokenTurnOf(expectations), simulatedTurnOf(expectations)]);
export type WrittenTurn = WrittenSpokenTurn | WrittenSimulatedTurn;

function replyOf(expectations: TSchema): TSchema {
  const { properties = {} } = expectations as { properties?: Record<string, TSchema> };
  return properties.reply ?? Type.Unknown();
}
