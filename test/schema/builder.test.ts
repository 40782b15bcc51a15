import * as TypeBox from "typebox";
import { expect, test } from "vitest";
import { Type } from "../../src/schema/builder.ts";

type Builder = typeof Type;

const schemas: ((type: Builder) => object)[] = [
  (type) => type.Array(type.Unknown(), { minItems: 1 }),
  (type) => type.Union([type.Boolean(), type.Null(), type.Number({ minimum: 0 })]),
  (type) => type.Enum(["a", "b"]),
  (type) => type.Unsafe<string>({ type: "string", enum: ["a"] }),
  (type) => type.Object({}),
  (type) =>
    type.Object(
      {
        kind: type.Literal("one"),
        count: type.Literal(1),
        size: type.Integer({ maximum: 3, description: "How many." }),
        name: type.Optional(type.String({ pattern: "^a" })),
        inner: type.Optional(type.Union([type.Object({ id: type.Optional(type.String()) }), type.Null()])),
      },
      { additionalProperties: false },
    ),
];

test.each(schemas)("makes the schema that TypeBox makes: %s", (make) => {
  expect(JSON.parse(JSON.stringify(make(Type)))).toEqual(JSON.parse(JSON.stringify(make(TypeBox.Type))));
});
