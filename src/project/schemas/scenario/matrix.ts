import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

const Axes = Type.Object(
  {
    axes: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), {
      minProperties: 1,
      description: "Names with the values each can have; expressions read them as ${{ matrix.name }}.",
    }),
    exclude: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: "Combinations to leave out." }),
    ),
    include: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        description: "Combinations to add, or values to add to those that fit.",
      }),
    ),
  },
  { ...closed, description: "Run it once for every combination of values." },
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
      description: "A file of rows, .csv, .yaml or .json; expressions read its columns as ${{ matrix.name }}.",
    }),
    types: Type.Optional(
      Type.Record(Type.String(), ColumnType, {
        description:
          "What columns hold: string, number, integer, boolean or json. Default: string in CSV, anything else as it is.",
      }),
    ),
  },
  { ...closed, description: "Run it once for every row of a file." },
);
export type WrittenRows = Static<typeof Rows>;

/** The values that one file is run with: a scenario for each combination, or for each row. */
export const Matrix = Type.Union([Axes, Rows], {
  description: "Run it once for every combination of values, or for every row of a file.",
});
