import { Type } from "typebox";
import { Duration, closed } from "./common.ts";

const condition = {
  when: Type.Optional(Type.String({ description: "A CEL expression over what the tools answered; the step is skipped when it is false." })),
  delay: Type.Optional(Duration),
};
const Arguments = Type.Record(Type.String(), Type.Unknown());

const Call = Type.Object({ call: Type.String(), with: Type.Optional(Arguments) }, closed);

/** One step of what the embedded model does in a turn. */
export const ScriptStep = Type.Union([
  Type.Object({ ...condition, say: Type.String() }, closed),
  Type.Object({ ...condition, call: Type.String(), with: Type.Optional(Arguments) }, closed),
  Type.Object({ ...condition, calls: Type.Array(Call, { minItems: 1, description: "Several calls at once." }) }, closed),
  Type.Object({ ...condition, refuse: Type.String() }, closed),
  Type.Object(
    {
      ...condition,
      fail: Type.Object(
        {
          code: Type.Union([
            Type.Literal("server_error"),
            Type.Literal("rate_limit_exceeded"),
            Type.Literal("invalid_prompt"),
          ]),
          message: Type.String(),
        },
        closed,
      ),
    },
    closed,
  ),
  Type.Object({ when: condition.when, delay: Duration }, closed),
]);
export type WrittenStep = Type.Static<typeof ScriptStep>;
