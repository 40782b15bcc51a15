import { Type, type Static } from "../../../schema/builder.ts";
import { Duration, closed } from "../common.ts";

/** The limits of a scenario. */
export const Limits = Type.Object(
  {
    turn: Type.Optional(
      Type.Object(
        {
          timeout: Type.Optional(Duration),
          tool_rounds: Type.Optional(
            Type.Integer({ minimum: 1, description: "How many times a turn may request tool outputs." }),
          ),
        },
        { ...closed, description: "Limits of every turn." },
      ),
    ),
    time: Type.Optional(
      Type.Unsafe<number | string>({ ...Duration, description: "The maximum duration of the conversation." }),
    ),
    cost: Type.Optional(Type.Number({ minimum: 0, description: "The maximum cost of all turns, in US dollars." })),
    tokens: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "The maximum number of tokens of all turns, prompts and completions together.",
      }),
    ),
  },
  { ...closed, description: "Limits after which the scenario is stopped." },
);
export type WrittenLimits = Static<typeof Limits>;
