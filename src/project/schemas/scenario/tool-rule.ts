import { Type, type Static } from "../../../schema/builder.ts";
import { Duration, closed } from "../common.ts";

const rule = {
  when: Type.Optional(Type.Unknown({ description: "A matcher of the arguments; without it the rule always fits." })),
  times: Type.Optional(
    Type.Integer({ minimum: 1, description: "How many calls this rule answers; then the next one does." }),
  ),
  delay: Type.Optional(Duration),
};

/** One rule of a stubbed tool; the first rule that fits answers. */
export const ToolRule = Type.Union([
  Type.Object({ ...rule, return: Type.Unknown({ description: "The result." }) }, closed),
  Type.Object(
    { ...rule, error: Type.String({ description: 'What went wrong; submitted as {"error": ...}.' }) },
    closed,
  ),
  Type.Object({ ...rule, module: Type.String({ description: "A module: (args, { call, turn }) => result." }) }, closed),
  Type.Object({ ...rule, handler: Type.Literal(true, { description: "The tool's own implementation." }) }, closed),
]);
export type WrittenToolRule = Static<typeof ToolRule>;
