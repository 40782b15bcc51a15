import { Type, type Static } from "../../../schema/builder.ts";
import { Duration, closed } from "../common.ts";
import { commandKeys, httpKeys } from "../handler.ts";

const rule = {
  when: Type.Optional(
    Type.Unknown({
      description:
        "A matcher of the arguments, or a CEL expression over args, world and saved. Without it, the rule always matches.",
      examples: [{ id: "A-1001" }],
    }),
  ),
  times: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: "The number of calls that this rule answers; after that, the next matching rule answers.",
      examples: [1],
    }),
  ),
  delay: Type.Optional(Duration),
};

const byPath = (description: string, example: object) =>
  Type.Optional(Type.Record(Type.String(), Type.Unknown(), { minProperties: 1, description, examples: [example] }));

/** The changes that a rule makes to the world before it answers. Paths are written as in expressions, without the leading `world.`. */
const changes = {
  set: byPath("Values to set in the world, by path: { orders[args.id].status: cancelled }.", {
    "orders[args.id].status": "cancelled",
  }),
  append: byPath("Elements to append to lists in the world, by path.", { events: "cancelled" }),
  remove: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      description: "Paths to remove from the world: carts[args.id].",
      examples: ["carts[args.id]"],
    }),
  ),
};

/** One rule of a stubbed tool; the first rule that matches answers. */
export const ToolRule = Type.Union([
  Type.Object(
    { ...rule, ...changes, return: Type.Unknown({ description: "The result.", examples: [{ status: "late" }] }) },
    closed,
  ),
  Type.Object(
    {
      ...rule,
      ...changes,
      error: Type.String({
        description: 'The error message; submitted as {"error": ...}.',
        examples: ["no such order"],
      }),
    },
    closed,
  ),
  Type.Object(
    {
      ...rule,
      module: Type.String({
        description: "A module: (args, { world, call, turn }) => result.",
        examples: ["./stub.ts"],
      }),
    },
    closed,
  ),
  Type.Object({ ...rule, ...commandKeys }, closed),
  Type.Object({ ...rule, ...httpKeys }, closed),
  Type.Object({ ...rule, handler: Type.Literal(true, { description: "The tool's own implementation." }) }, closed),
]);
export type WrittenToolRule = Static<typeof ToolRule>;
