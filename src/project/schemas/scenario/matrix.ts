import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

/** The values that one file is run with, a scenario for each combination. */
export const Matrix = Type.Object(
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
export type WrittenMatrix = Static<typeof Matrix>;
