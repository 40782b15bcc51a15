import { keyDefaults } from "../defaults.ts";
import { Type, type Static, type TSchema } from "../../../schema/builder.ts";
import { Vars, closed } from "../common.ts";
import { Files } from "./attach.ts";
import { Limits } from "./limits.ts";
import { Matrix } from "./matrix.ts";
import { Repeat } from "./repeat.ts";
import { stageOf } from "./stage.ts";
import { Thread } from "./thread.ts";
import { ToolRule } from "./tool-rule.ts";
import { type WrittenExpectations, turnOf } from "./turn.ts";
import { World } from "./world.ts";

const Skip = Type.Object(
  {
    reason: Type.String({
      description: "Why the scenario does not run; shown in reports.",
      examples: ["the order system is being replaced"],
    }),
    until: Type.Optional(
      Type.String({
        pattern: "^\\d{4}-\\d{2}-\\d{2}$",
        description: "A date such as 2026-12-31, from which the scenario runs again.",
        examples: ["2026-12-31"],
      }),
    ),
  },
  { ...closed, description: "Do not run the scenario." },
);

/** `scenarios/NAME.yaml`, as it is written, with the expectations that a turn and the whole conversation may have. */
export const scenarioFile = (expectations: { turn: TSchema; conversation: TSchema }) =>
  Type.Object(
    {
      id: Type.Optional(
        Type.String({
          pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
          description: "Letters, digits, dots, hyphens and underscores. Default: the file's name.",
          examples: ["late-order"],
        }),
      ),
      name: Type.Optional(Type.String({ description: "The title, for reports.", examples: ["A late order"] })),
      assistant: Type.String({
        description: "An assistant of this project, by its file's name.",
        examples: ["support"],
      }),
      tags: Type.Optional(
        Type.Array(Type.String(), { description: "Words by which scenarios are selected.", examples: [["smoke"]] }),
      ),
      owner: Type.Optional(
        Type.String({ description: "Who is responsible for the scenario.", examples: ["@support-team"] }),
      ),
      skip: Type.Optional(Skip),
      observe: Type.Optional(
        Type.Literal(true, {
          description: "Run the scenario although nothing in it can fail; it is reported as observed.",
        }),
      ),
      only: Type.Optional(Type.Literal(true, { description: "Run only this scenario, while working on it." })),
      vars: Type.Optional(Vars),
      matrix: Type.Optional(Matrix),
      thread: Type.Optional(Thread),
      world: Type.Optional(World),
      files: Type.Optional(Files),
      setup: Type.Optional(stageOf("Steps that run before the conversation.")),
      teardown: Type.Optional(stageOf("Steps that run after the conversation, whatever its outcome.")),
      tools: Type.Optional(
        Type.Record(Type.String(), Type.Array(ToolRule, { minItems: 1 }), {
          description:
            'The answers of tools: rules by function name, of which the first that matches answers; "*" applies to all others.',
          examples: [{ lookup_order: [{ return: { status: "late" } }] }],
        }),
      ),
      limits: Type.Optional(Limits),
      on_fail: Type.Optional(
        Type.Union([Type.Literal("stop"), Type.Literal("continue")], {
          default: keyDefaults.scenario.onFail,
          description:
            "After a turn in which a gate failed: skip the remaining turns (stop, the default), or run them too.",
        }),
      ),
      repeat: Type.Optional(Repeat),
      turns: Type.Array(turnOf(expectations.turn), { minItems: 1, description: "The conversation, turn by turn." }),
      expect: Type.Optional(Type.Unsafe<WrittenExpectations>(expectations.conversation)),
    },
    { ...closed, title: "Playbill scenario" },
  );
export type WrittenScenario = Static<ReturnType<typeof scenarioFile>>;
