import { Type, type Static } from "../../schema/builder.ts";
import { closed } from "./common.ts";

const Hashes = (description: string) => Type.Record(Type.String(), Type.String(), { description });

const Median = (description: string) =>
  Type.Object(
    {
      median: Type.Number({ minimum: 0 }),
      low: Type.Optional(
        Type.Number({ minimum: 0, description: "The lower bound of the 95% confidence interval, from six runs on." }),
      ),
      high: Type.Optional(Type.Number({ minimum: 0 })),
    },
    { ...closed, description },
  );

export const BaselineScenario = Type.Object(
  {
    assistant: Type.String({ description: "The assistant of the scenario." }),
    counted: Type.Integer({ minimum: 1, description: "The number of runs whose outcome counts." }),
    passed: Type.Integer({ minimum: 0, description: "How many of those passed." }),
    scenario: Type.Optional(Hashes("The scenario as it ran, as a hash of each part.")),
    paths: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: "The tools that were called, turn by turn, with the number of runs.",
    }),
    latency: Type.Optional(Median("The duration of all turns of a passed run, in milliseconds.")),
    tokens: Type.Optional(Median("The tokens of a passed run.")),
    cost: Type.Optional(Median("The cost of a passed run, in US dollars.")),
  },
  closed,
);

/** The file that `playbill bless` writes: how often scenarios passed, and how long their runs took and what they cost, for comparison with later runs. */
export const BaselineFile = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this file format." }),
    project: Type.String({ description: "The project's name." }),
    target: Type.String({ description: "The target at which the scenarios ran." }),
    assistants: Type.Record(Type.String(), Hashes("The assistant, as a hash of each part."), {
      description: "The assistants as they were tested.",
    }),
    scenarios: Type.Record(Type.String(), BaselineScenario, { description: "The scenarios, by id." }),
  },
  { ...closed, title: "Playbill baseline" },
);
export type WrittenBaseline = Static<typeof BaselineFile>;
