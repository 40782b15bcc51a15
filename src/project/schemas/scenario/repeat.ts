import { keyDefaults } from "../defaults.ts";
import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

/** How many times a scenario runs, and how many of the runs must pass. */
export const Repeat = Type.Object(
  {
    runs: Type.Integer({
      minimum: 1,
      maximum: 1_000,
      description: "The number of runs; --repeat overrides it.",
      examples: [5],
    }),
    pass: Type.Optional(
      Type.Union(
        [
          Type.Literal("all"),
          Type.Literal("any"),
          Type.String({
            pattern: "^(>= ?[1-9]\\d{0,3}|(100|[1-9]\\d?(\\.\\d{1,3})?|0\\.\\d{1,3})%)$",
            description: 'Write all, any, ">= 4", or "80%" (above 0, at most 100).',
          }),
        ],
        {
          default: keyDefaults.scenario.pass,
          description: 'How many runs must pass: all (default), any, ">= 4" or "80%".',
          examples: ["80%", ">= 4"],
        },
      ),
    ),
  },
  { ...closed, description: "Run the scenario several times and give one verdict." },
);
export type WrittenRepeat = Static<typeof Repeat>;
