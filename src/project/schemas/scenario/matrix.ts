import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

const Axes = Type.Object(
  {
    axes: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), {
      minProperties: 1,
      description: "Names, each with a list of values; expressions read them as ${{ matrix.name }}.",
      examples: [{ locale: ["en", "de"] }],
    }),
    exclude: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        description: "Combinations to leave out.",
        examples: [[{ locale: "de" }]],
      }),
    ),
    include: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        description: "Combinations to add, or values to add to the combinations that match.",
        examples: [[{ locale: "fr" }]],
      }),
    ),
  },
  { ...closed, description: "Run the scenario once for every combination of values." },
);
export type WrittenAxes = Static<typeof Axes>;

const ColumnType = Type.Union([
  Type.Literal("string"),
  Type.Literal("number"),
  Type.Literal("integer"),
  Type.Literal("boolean"),
  Type.Literal("json"),
]);

const Rows = Type.Object(
  {
    rows: Type.String({
      pattern: "\\.(csv|yaml|json)$",
      description: "A .csv, .yaml or .json file of rows; expressions read its columns as ${{ matrix.name }}.",
      examples: ["orders.csv"],
    }),
    types: Type.Optional(
      Type.Record(Type.String(), ColumnType, {
        description:
          "The types of columns: string, number, integer, boolean or json. Default: string in CSV; other files keep their own types.",
        examples: [{ total: "number" }],
      }),
    ),
  },
  { ...closed, description: "Run the scenario once for every row of a file." },
);
export type WrittenRows = Static<typeof Rows>;

/** The values that one file runs with: a scenario for each combination, or for each row. */
export const Matrix = Type.Union([Axes, Rows], {
  description: "Run the scenario once for every combination of values, or for every row of a file.",
});
