import { Type, type Static } from "../../schema/builder.ts";
import { Duration, closed } from "./common.ts";

const condition = {
  when: Type.Optional(
    Type.String({
      description: "A CEL expression over the tools' answers; the step is skipped when it is false.",
      examples: ["has(tools.lookup_order.error)"],
    }),
  ),
  delay: Type.Optional(Duration),
};
const Arguments = Type.Record(Type.String(), Type.Unknown(), {
  description: "The arguments; { input } for code_interpreter, { query } for file_search.",
  examples: [{ id: "A-1001" }],
});
const toolName = Type.String({
  description: "A function of the assistant, or code_interpreter or file_search.",
  examples: ["lookup_order"],
});

const Call = Type.Object({ call: toolName, with: Type.Optional(Arguments) }, closed);

/** One step of what the embedded model does in a turn. */
export const ScriptStep = Type.Union([
  Type.Object(
    { ...condition, say: Type.String({ description: "What the assistant says.", examples: ["Your order is late."] }) },
    closed,
  ),
  Type.Object({ ...condition, call: toolName, with: Type.Optional(Arguments) }, closed),
  Type.Object(
    { ...condition, calls: Type.Array(Call, { minItems: 1, description: "Several calls made together." }) },
    closed,
  ),
  Type.Object(
    {
      ...condition,
      refuse: Type.String({ description: "The text of a refusal.", examples: ["I cannot help with that."] }),
    },
    closed,
  ),
  Type.Object(
    {
      ...condition,
      fail: Type.Object(
        {
          code: Type.Union(
            [Type.Literal("server_error"), Type.Literal("rate_limit_exceeded"), Type.Literal("invalid_prompt")],
            { description: "The error's code." },
          ),
          message: Type.String({ description: "The error's message.", examples: ["The server had an error."] }),
        },
        { ...closed, description: "The run fails with this error." },
      ),
    },
    closed,
  ),
  Type.Object({ when: condition.when, delay: Duration }, closed),
]);
export type WrittenStep = Static<typeof ScriptStep>;
