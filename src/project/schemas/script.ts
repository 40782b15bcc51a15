import { Type, type Static } from "../../schema/builder.ts";
import { Duration, closed } from "./common.ts";

const condition = {
  when: Type.Optional(
    Type.String({
      description: "A CEL expression over the tools' answers; the step is skipped when it is false.",
    }),
  ),
  delay: Type.Optional(Duration),
};
const Arguments = Type.Record(Type.String(), Type.Unknown(), {
  description: "The arguments; { input } for code_interpreter, { query } for file_search.",
});
const toolName = Type.String({ description: "A function of the assistant, or code_interpreter or file_search." });

const Call = Type.Object({ call: toolName, with: Type.Optional(Arguments) }, closed);

/** One step of what the embedded model does in a turn. */
export const ScriptStep = Type.Union([
  Type.Object({ ...condition, say: Type.String({ description: "What the assistant says." }) }, closed),
  Type.Object({ ...condition, call: toolName, with: Type.Optional(Arguments) }, closed),
  Type.Object(
    { ...condition, calls: Type.Array(Call, { minItems: 1, description: "Several calls made together." }) },
    closed,
  ),
  Type.Object({ ...condition, refuse: Type.String({ description: "The text of a refusal." }) }, closed),
  Type.Object(
    {
      ...condition,
      fail: Type.Object(
        {
          code: Type.Union(
            [Type.Literal("server_error"), Type.Literal("rate_limit_exceeded"), Type.Literal("invalid_prompt")],
            { description: "The error's code." },
          ),
          message: Type.String({ description: "The error's message." }),
        },
        { ...closed, description: "The run fails with this error." },
      ),
    },
    closed,
  ),
  Type.Object({ when: condition.when, delay: Duration }, closed),
]);
export type WrittenStep = Static<typeof ScriptStep>;
