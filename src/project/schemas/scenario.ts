import { Type, type Static, type TSchema } from "../../schema/builder.ts";
import { Duration, Vars, closed } from "./common.ts";
import { ScriptStep } from "./script.ts";

const rule = {
  when: Type.Optional(Type.Unknown({ description: "A matcher of the arguments; without it the rule always fits." })),
  times: Type.Optional(
    Type.Integer({ minimum: 1, description: "How many calls this rule answers; then the next one does." }),
  ),
  delay: Type.Optional(Duration),
};

/** One rule of a stubbed tool; the first rule that fits answers. */
export const ToolRule = Type.Union([
  Type.Object({ ...rule, return: Type.Unknown({ description: "The result." }) }, closed),
  Type.Object(
    { ...rule, error: Type.String({ description: 'What went wrong; submitted as {"error": ...}.' }) },
    closed,
  ),
  Type.Object({ ...rule, module: Type.String({ description: "A module: (args, { call, turn }) => result." }) }, closed),
  Type.Object({ ...rule, handler: Type.Literal(true, { description: "The tool's own implementation." }) }, closed),
]);
export type WrittenToolRule = Static<typeof ToolRule>;

const SavedValue = Type.Object(
  {
    from: Type.Union([Type.Literal("reply"), Type.String({ pattern: "^(reply|tools)\\..+$" })], {
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
const turnOf = (expectations: TSchema) =>
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

const ThreadMessage = Type.Union([
  Type.Object({ user: Type.String({ description: "What the user said." }) }, closed),
  Type.Object({ assistant: Type.String({ description: "What the assistant said." }) }, closed),
]);

/** `scenarios/NAME.yaml`, as it is written, with the expectations that a turn and the whole conversation may have. */
export const scenarioFile = (expectations: { turn: TSchema; conversation: TSchema }) =>
  Type.Object(
    {
      id: Type.Optional(
        Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", description: "Default: the file's name." }),
      ),
      name: Type.Optional(Type.String({ description: "The title, for reports." })),
      assistant: Type.String({ description: "An assistant of this project, by its file's name." }),
      tags: Type.Optional(Type.Array(Type.String(), { description: "Words to select scenarios by." })),
      owner: Type.Optional(Type.String({ description: "Who looks after it." })),
      skip: Type.Optional(
        Type.Object(
          {
            reason: Type.String({ description: "Why it is not run; shown in reports." }),
            until: Type.Optional(
              Type.String({
                pattern: "^\\d{4}-\\d{2}-\\d{2}$",
                description: "A day, as 2026-12-31; from that day on the scenario runs again.",
              }),
            ),
          },
          { ...closed, description: "Do not run it." },
        ),
      ),
      observe: Type.Optional(
        Type.Literal(true, { description: "Run it although nothing in it could fail; it is reported as observed." }),
      ),
      only: Type.Optional(Type.Literal(true, { description: "Run only this one, while working on it." })),
      vars: Type.Optional(Vars),
      matrix: Type.Optional(
        Type.Object(
          {
            axes: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), {
              minProperties: 1,
              description: "Names with the values each can have; expressions read them as ${{ matrix.name }}.",
            }),
            exclude: Type.Optional(
              Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: "Combinations to leave out." }),
            ),
            include: Type.Optional(
              Type.Array(Type.Record(Type.String(), Type.Unknown()), {
                description: "Combinations to add, or values to add to those that fit.",
              }),
            ),
          },
          { ...closed, description: "Run it once for every combination of values." },
        ),
      ),
      thread: Type.Optional(
        Type.Object(
          {
            metadata: Type.Optional(
              Type.Record(Type.String(), Type.String(), { description: "The thread's metadata." }),
            ),
            messages: Type.Optional(Type.Array(ThreadMessage, { description: "What was said before the first turn." })),
          },
          { ...closed, description: "Start in the middle of a conversation." },
        ),
      ),
      tools: Type.Optional(
        Type.Record(Type.String(), Type.Array(ToolRule, { minItems: 1 }), {
          description: 'What the tools answer: rules by function name, the first that fits; "*" is for all others.',
        }),
      ),
      limits: Type.Optional(
        Type.Object(
          {
            turn: Type.Optional(
              Type.Object(
                {
                  timeout: Type.Optional(Duration),
                  tool_rounds: Type.Optional(
                    Type.Integer({ minimum: 1, description: "How often a turn may ask for tool outputs." }),
                  ),
                },
                { ...closed, description: "Bounds of every turn." },
              ),
            ),
          },
          { ...closed, description: "When to give up." },
        ),
      ),
      turns: Type.Array(turnOf(expectations.turn), { minItems: 1, description: "The conversation, turn by turn." }),
      expect: Type.Optional(Type.Unsafe<WrittenExpectations>(expectations.conversation)),
    },
    { ...closed, title: "Playbill scenario" },
  );
export type WrittenScenario = Static<ReturnType<typeof scenarioFile>>;
