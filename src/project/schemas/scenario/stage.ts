import { Type, type Static } from "../../../schema/builder.ts";
import { Duration, closed } from "../common.ts";

const step = {
  timeout: Type.Optional(Duration),
  save: Type.Optional(
    Type.Record(
      Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }),
      Type.String({ pattern: "^\\$", description: "A path in the result, such as $.id; $ is the entire result." }),
      {
        ...closed,
        description: "Values of the result to save; expressions read them as ${{ saved.name }}.",
        examples: [{ customer: "$.id" }],
      },
    ),
  ),
};

const Step = Type.Union([
  Type.Object(
    {
      module: Type.String({
        description: "A module: ({ vars, matrix, saved }, context) => result.",
        examples: ["./create-customer.ts"],
      }),
      ...step,
    },
    closed,
  ),
  Type.Object(
    {
      command: Type.Array(Type.String(), {
        minItems: 1,
        description: "A program and its arguments; it receives vars, matrix and saved as JSON on stdin.",
        examples: [["node", "create-customer.js"]],
      }),
      ...step,
    },
    closed,
  ),
]);
export type WrittenStageStep = Static<typeof Step>;

/** The steps that run before a conversation, or after it. */
export const stageOf = (description: string) => Type.Array(Step, { description });
