import { Type, type Static } from "../../schema/builder.ts";
import { closed } from "./common.ts";

const Hashes = (description: string) => Type.Record(Type.String(), Type.String(), { description });

const Median = (description: string) =>
  Type.Object(
    {
      median: Type.Number({ minimum: 0 }),
      low: Type.Optional(Type.Number({ minimum: 0, description: "The interval of 95 %, from six runs on." })),
      high: Type.Optional(Type.Number({ minimum: 0 })),
    },
    { ...closed, description },
  );

export const BaselineScenario = Type.Object(
  {
    assistant: Type.String({ description: "The assistant that it talked to." }),
    counted: Type.Integer({ minimum: 1, description: "How many runs said something about the assistant." }),
    passed: Type.Integer({ minimum: 0, description: "How many of them passed." }),
    scenario: Type.Optional(Hashes("What was run, a hash a part.")),
    paths: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: "The tools that were called, turn by turn, and in how many runs.",
    }),
    latency: Type.Optional(Median("Milliseconds of all turns of a run that passed.")),
    tokens: Type.Optional(Median("Tokens of a run that passed.")),
    cost: Type.Optional(Median("US dollars of a run that passed.")),
  },
  closed,
);

/** What `playbill bless` writes: how often scenarios passed, and what their runs took, to compare later runs with. */
export const BaselineFile = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this format." }),
    project: Type.String({ description: "The project's name." }),
    target: Type.String({ description: "The target that the scenarios were run at." }),
    assistants: Type.Record(Type.String(), Hashes("The assistant, a hash a part."), {
      description: "The assistants as they were tested.",
    }),
    scenarios: Type.Record(Type.String(), BaselineScenario, { description: "By the id of the scenario." }),
  },
  { ...closed, title: "Playbill baseline" },
);
export type WrittenBaseline = Static<typeof BaselineFile>;
