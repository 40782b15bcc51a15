import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { coverageKinds } from "./coverage.ts";

const Count = {
  covered: Type.Integer({ minimum: 0, description: "The number that was reached." }),
  total: Type.Integer({ minimum: 0, description: "The total number, not counting unknown items." }),
};

const Item = Type.Object(
  {
    kind: Type.Enum([...coverageKinds], { description: "The kind of item." }),
    assistant: Type.String({ description: "The assistant that it belongs to." }),
    what: Type.String({ description: "Its name." }),
    file: Type.String({ description: "The file that contains it, relative to the project's root." }),
    line: Type.Integer({ minimum: 1, description: "The line in the file, from 1." }),
    state: Type.Enum(["covered", "missed", "unknown"], {
      description: "Whether it was reached. unknown: only mutations could show it, and none did.",
    }),
    expected: Type.Optional(Type.Boolean({ description: "For an enum value, whether an expectation names it." })),
  },
  closed,
);

/** The output of `playbill coverage --json`. */
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
      { description: "The stored runs from which it was computed." },
    ),
    scenarios: Type.Object(
      { known: Type.Integer({ minimum: 0 }), run: Type.Integer({ minimum: 0 }) },
      { ...closed, description: "The number of scenarios in the project, and the number that ran." },
    ),
    ...Count,
    percent: Type.Number({ minimum: 0, maximum: 100, description: "Rounded down to a tenth." }),
    kinds: Type.Record(Type.String(), Type.Object(Count, closed), { description: "The counts by kind." }),
    items: Type.Array(Item, { description: "Everything that can be reached." }),
  },
  { ...closed, title: "Playbill coverage" },
);
