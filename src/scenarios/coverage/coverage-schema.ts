import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { coverageKinds } from "./coverage.ts";

const Count = {
  covered: Type.Integer({ minimum: 0, description: "How many were reached." }),
  total: Type.Integer({ minimum: 0, description: "How many there are, those that are unknown not counted." }),
};

const Item = Type.Object(
  {
    kind: Type.Enum([...coverageKinds], { description: "What it is." }),
    assistant: Type.String({ description: "The assistant that it belongs to." }),
    what: Type.String({ description: "Its name." }),
    file: Type.String({ description: "The file that says it, from the project's root." }),
    line: Type.Integer({ minimum: 1, description: "The line in it, from 1." }),
    state: Type.Enum(["covered", "missed", "unknown"], {
      description: "Whether it was reached; unknown: only mutations can tell, and none did.",
    }),
    expected: Type.Optional(Type.Boolean({ description: "Of an enum value: whether an expectation names it." })),
  },
  closed,
);

/** What `playbill coverage --json` prints. */
export const CoverageOutput = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this format." }),
    target: Type.String({ description: "The target whose names and variables were used." }),
    runs: Type.Array(
      Type.Object(
        {
          run: Type.String(),
          target: Type.Union([Type.String(), Type.Null()]),
          began: Type.Union([Type.String(), Type.Null()]),
          scenarios: Type.Integer({ minimum: 0 }),
        },
        closed,
      ),
      { description: "The stored runs that it is of." },
    ),
    scenarios: Type.Object(
      { known: Type.Integer({ minimum: 0 }), run: Type.Integer({ minimum: 0 }) },
      { ...closed, description: "How many scenarios the project has, and how many of them were run." },
    ),
    ...Count,
    percent: Type.Number({ minimum: 0, maximum: 100, description: "Rounded down to a tenth." }),
    kinds: Type.Record(Type.String(), Type.Object(Count, closed), { description: "The same for each kind." }),
    items: Type.Array(Item, { description: "Everything that there is to reach." }),
  },
  { ...closed, title: "Playbill coverage" },
);
