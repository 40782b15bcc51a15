import { Type, type Static, type TSchema } from "../../../schema/builder.ts";
import { closed } from "../common.ts";
import { Attach } from "./attach.ts";
import { ScriptStep } from "../script.ts";
import { simulateOf } from "./simulate.ts";

const SavedValue = Type.Object(
  {
    from: Type.Union([Type.Literal("reply"), Type.String({ pattern: "^((reply|tools)\\.|world[.[]).+$" })], {
      description: "reply, or a path such as tools.get_weather.result.temperature.",
    }),
    regex: Type.Optional(Type.String({ description: "Keep what the first group caught." })),
    type: Type.Optional(
      Type.Union([Type.Literal("string"), Type.Literal("number"), Type.Literal("boolean")], {
        description: "What the text is read as; default: as it is.",
      }),
    ),
  },
  closed,
);

const Script = Type.Array(ScriptStep, {
  description: "What the embedded model does in this turn; real models never see it.",
});

const Choice = Type.Object(
  {
    when: Type.Optional(
      Type.String({ description: "A CEL expression over the conversation so far; without it, it always holds." }),
    ),
    say: Type.String({ minLength: 1, description: "What the user says." }),
    script: Type.Optional(Script),
  },
  closed,
);

/** What the user says, or several things of which the first whose condition holds is said. */
const User = Type.Union([
  Type.String({ minLength: 1, description: "What the user says." }),
  Type.Object(
    { any: Type.Array(Choice, { minItems: 1, description: "The first whose condition holds is said." }) },
    closed,
  ),
]);

/** Expectations by their subject, each as its schema says. */
export type WrittenExpectations = Readonly<Record<string, unknown>>;

const about = {
  id: Type.Optional(Type.String({ description: "A name for the turn, for reports." })),
  when: Type.Optional(
    Type.String({
      description: "A CEL expression over the conversation so far; when it is false, the turn is left out.",
    }),
  ),
  save: Type.Optional(
    Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), SavedValue, {
      ...closed,
      description: "Values to keep; later turns read them as ${{ saved.name }}.",
    }),
  ),
};

/** One turn: what the user says, what the embedded model does, what must have happened. */
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

/** Some turns in which a model plays the user. */
const simulatedTurnOf = (expectations: TSchema) =>
  Type.Object(
    {
      ...about,
      simulate: simulateOf(replyOf(expectations)),
      each: Type.Optional(
        Type.Unsafe<WrittenExpectations>({
          ...expectations,
          description: "What must hold of every answer to the simulated user.",
        }),
      ),
      expect: Type.Optional(
        Type.Unsafe<WrittenExpectations>({
          ...expectations,
          description: "What must hold of all that was said and done with the simulated user.",
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
