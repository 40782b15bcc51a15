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
            Type.Integer({ minimum: 1, description: "How many times a turn may request tool outputs.", examples: [5] }),
          ),
        },
        { ...closed, description: "Limits of every turn." },
      ),
    ),
    time: Type.Optional(
      Type.Unsafe<number | string>({
        ...Duration,
        description: "The maximum duration of the conversation.",
        examples: ["2m"],
      }),
    ),
    cost: Type.Optional(
      Type.Number({ minimum: 0, description: "The maximum cost of all turns, in US dollars.", examples: [0.05] }),
    ),
    tokens: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "The maximum number of tokens of all turns, prompts and completions together.",
        examples: [20000],
      }),
    ),
  },
  { ...closed, description: "Limits after which the scenario is stopped." },
);
export type WrittenLimits = Static<typeof Limits>;
