import { Type } from "typebox";
import { Duration, JsonSchema, closed } from "./common.ts";

/** A pattern of the matcher language: a literal matches deep-partially, operators start with `$`. */
export const Matcher = Type.Unknown({ description: "A value or a matcher: { $regex: ... }, { $gt: 3 }, { $any: true }, ..." });

const severity = Type.Optional(
  Type.Union([Type.Literal("gate"), Type.Literal("warn")], { description: "warn reports a miss and does not fail the scenario." }),
);
const Strings = Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]);
const Status = Type.Union(
  (["completed", "requires_action", "failed", "incomplete", "expired", "cancelled"] as const).map((each) => Type.Literal(each)),
);

/** One expected call: `name`, `name: matcher of the arguments`, or `name: { args, match, times, result }`. */
const ExpectedCall = Type.Union([
  Type.String(),
  Type.Record(Type.String(), Matcher, { minProperties: 1, maxProperties: 1 }),
]);
const ExpectedTools = Type.Union([
  Type.Array(ExpectedCall),
  Type.Object(
    {
      order: Type.Optional(Type.Union([Type.Literal("any"), Type.Literal("in_order"), Type.Literal("exact")])),
      extra: Type.Optional(Type.Union([Type.Literal("allow"), Type.Literal("forbid")])),
      calls: Type.Optional(Type.Array(ExpectedCall)),
      forbid: Type.Optional(Type.Array(Type.String({ description: "A tool's name, or a glob such as delete_*." }))),
      max_calls: Type.Optional(Type.Integer({ minimum: 0 })),
      severity,
    },
    closed,
  ),
]);

const ExpectedReply = Type.Object(
  {
    contains: Type.Optional(Strings),
    any_of: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    not_contains: Type.Optional(Strings),
    matches: Type.Optional(Strings),
    equals: Type.Optional(Type.String()),
    json: Type.Optional(
      Type.Object(
        {
          schema: Type.Optional(Type.Union([Type.String({ description: "A JSON file." }), JsonSchema])),
          match: Type.Optional(Matcher),
        },
        closed,
      ),
    ),
    words: Type.Optional(Matcher),
    severity,
  },
  closed,
);

const ExpectedCode = Type.Object(
  { contains: Type.Optional(Strings), logs: Type.Optional(Matcher), severity },
  closed,
);
const ExpectedTime = Type.Object(
  { total: Type.Optional(Duration), first_token: Type.Optional(Duration), severity },
  closed,
);
const ExpectedUsage = Type.Object(
  {
    prompt_tokens: Type.Optional(Matcher),
    completion_tokens: Type.Optional(Matcher),
    total_tokens: Type.Optional(Matcher),
    severity,
  },
  closed,
);
const Check = Type.Union([Type.String(), Type.Object({ that: Type.String(), severity }, closed)]);
const Checks = Type.Union([Check, Type.Array(Check, { minItems: 1 })], { description: "CEL expressions that must hold." });

/** What a turn must have done. */
export const TurnExpectations = Type.Object(
  {
    status: Type.Optional(Type.Union([Status, Type.Object({ is: Status, severity }, closed)])),
    tools: Type.Optional(ExpectedTools),
    reply: Type.Optional(ExpectedReply),
    code: Type.Optional(ExpectedCode),
    time: Type.Optional(ExpectedTime),
    usage: Type.Optional(ExpectedUsage),
    check: Type.Optional(Checks),
  },
  closed,
);
export type WrittenTurnExpectations = Type.Static<typeof TurnExpectations>;

/** What the whole conversation must have done. */
export const ConversationExpectations = Type.Object(
  {
    tools: Type.Optional(ExpectedTools),
    time: Type.Optional(Type.Object({ total: Duration, severity }, closed)),
    usage: Type.Optional(ExpectedUsage),
    check: Type.Optional(Checks),
  },
  closed,
);
export type WrittenConversationExpectations = Type.Static<typeof ConversationExpectations>;
