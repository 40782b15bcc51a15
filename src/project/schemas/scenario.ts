import { Type } from "typebox";
import { Duration, Vars, closed } from "./common.ts";
import { ConversationExpectations, TurnExpectations } from "./expect.ts";
import { ScriptStep } from "./script.ts";

const rule = {
  when: Type.Optional(Type.Unknown({ description: "A matcher of the arguments; without it the rule always fits." })),
  times: Type.Optional(Type.Integer({ minimum: 1, description: "How many calls this rule answers; then the next one does." })),
  delay: Type.Optional(Duration),
};

/** One rule of a stubbed tool; the first rule that fits answers. */
export const ToolRule = Type.Union([
  Type.Object({ ...rule, return: Type.Unknown() }, closed),
  Type.Object({ ...rule, error: Type.String() }, closed),
  Type.Object({ ...rule, module: Type.String({ description: "A module: (args, { call, turn }) => result." }) }, closed),
  Type.Object({ ...rule, handler: Type.Literal(true, { description: "The tool's own implementation." }) }, closed),
]);
export type WrittenToolRule = Type.Static<typeof ToolRule>;

const SavedValue = Type.Object(
  {
    from: Type.Union([Type.Literal("reply"), Type.String({ pattern: "^(reply|tools)\\..+$" })], {
      description: "reply, or a path such as tools.get_weather.result.temperature.",
    }),
    regex: Type.Optional(Type.String({ description: "Keep what the first group caught." })),
    type: Type.Optional(Type.Union([Type.Literal("string"), Type.Literal("number"), Type.Literal("boolean")])),
  },
  closed,
);

/** One turn: what the user says, what the embedded model does, what must have happened. */
export const Turn = Type.Object(
  {
    id: Type.Optional(Type.String()),
    user: Type.String({ minLength: 1 }),
    script: Type.Optional(Type.Array(ScriptStep)),
    expect: Type.Optional(TurnExpectations),
    save: Type.Optional(Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), SavedValue, closed)),
  },
  closed,
);
export type WrittenTurn = Type.Static<typeof Turn>;

const ThreadMessage = Type.Union([
  Type.Object({ user: Type.String() }, closed),
  Type.Object({ assistant: Type.String() }, closed),
]);

/** `scenarios/NAME.yaml`, as it is written. */
export const ScenarioFile = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", description: "Default: the file's name." })),
    name: Type.Optional(Type.String()),
    assistant: Type.String({ description: "An assistant of this project, by its file's name." }),
    tags: Type.Optional(Type.Array(Type.String())),
    owner: Type.Optional(Type.String()),
    skip: Type.Optional(
      Type.Object(
        { reason: Type.String(), until: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })) },
        closed,
      ),
    ),
    only: Type.Optional(Type.Literal(true)),
    vars: Type.Optional(Vars),
    matrix: Type.Optional(
      Type.Object(
        {
          axes: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), { minProperties: 1 }),
          exclude: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
          include: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
        },
        closed,
      ),
    ),
    thread: Type.Optional(
      Type.Object(
        {
          metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
          messages: Type.Optional(Type.Array(ThreadMessage)),
        },
        closed,
      ),
    ),
    tools: Type.Optional(Type.Record(Type.String(), Type.Array(ToolRule, { minItems: 1 }))),
    limits: Type.Optional(
      Type.Object(
        {
          turn: Type.Optional(
            Type.Object(
              { timeout: Type.Optional(Duration), tool_rounds: Type.Optional(Type.Integer({ minimum: 1 })) },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
    turns: Type.Array(Turn, { minItems: 1 }),
    expect: Type.Optional(ConversationExpectations),
  },
  { ...closed, title: "Playbill scenario" },
);
export type WrittenScenario = Type.Static<typeof ScenarioFile>;
