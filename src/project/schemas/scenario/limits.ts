import { Type, type Static } from "../../../schema/builder.ts";
import { Duration, closed } from "../common.ts";

/** The bounds of a scenario. */
export const Limits = Type.Object(
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
    time: Type.Optional(
      Type.Unsafe<number | string>({ ...Duration, description: "How long the whole conversation may take." }),
    ),
    cost: Type.Optional(Type.Number({ minimum: 0, description: "What its turns may cost, in US dollars." })),
    tokens: Type.Optional(
      Type.Integer({ minimum: 1, description: "How many tokens its turns may use, prompts and completions together." }),
    ),
  },
  { ...closed, description: "When to give up." },
);
export type WrittenLimits = Static<typeof Limits>;
