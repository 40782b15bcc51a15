import { Type, type Static, type TSchema } from "../../../schema/builder.ts";
import { closed } from "../common.ts";
import { ScriptStep } from "../script.ts";

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

/** Expectations by their subject, each as its schema says. */
export type WrittenExpectations = Readonly<Record<string, unknown>>;

/** One turn: what the user says, what the embedded model does, what must have happened. */
export const turnOf = (expectations: TSchema) =>
  Type.Object(
    {
      id: Type.Optional(Type.String({ description: "A name for the turn, for reports." })),
      user: Type.String({ minLength: 1, description: "What the user says." }),
      script: Type.Optional(
        Type.Array(ScriptStep, { description: "What the embedded model does in this turn; real models never see it." }),
      ),
      expect: Type.Optional(Type.Unsafe<WrittenExpectations>(expectations)),
      save: Type.Optional(
        Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), SavedValue, {
          ...closed,
          description: "Values to keep; later turns read them as ${{ saved.name }}.",
        }),
      ),
    },
    closed,
  );
export type WrittenTurn = Static<ReturnType<typeof turnOf>>;
