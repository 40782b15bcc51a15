import { Type } from "typebox";
import { Duration, JsonSchema, closed } from "./common.ts";

/** A pattern of the matcher language: a literal matches deep-partially, operators start with `$`. */
export const Matcher = Type.Unknown({
  description: "A value or a matcher: { $regex: ... }, { $gt: 3 }, { $any: true }, ...",
});

const severity = Type.Optional(
  Type.Union([Type.Literal("gate"), Type.Literal("warn")], {
    description: "warn reports a miss and does not fail the scenario.",
  }),
);
const strings = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], { description });
const Status = Type.Union(
  (["completed", "requires_action", "failed", "incomplete", "expired", "cancelled"] as const).map((each) =>
    Type.Literal(each),
  ),
);

/** One expected call: `name`, `name: matcher of the arguments`, or `name: { args, match, times, result }`. */
const ExpectedCall = Type.Union([
  Type.String(),
  Type.Record(Type.String(), Matcher, { minProperties: 1, maxProperties: 1 }),
]);
const ExpectedTools = Type.Union(
  [
    Type.Array(ExpectedCall, { description: "Calls that must have been made: name, or name: arguments." }),
    Type.Object(
      {
        order: Type.Optional(
          Type.Union([Type.Literal("any"), Type.Literal("in_order"), Type.Literal("exact")], {
            description:
              "any (default): the calls are among those made; in_order: in this order; exact: these and no others.",
          }),
        ),
        extra: Type.Optional(
          Type.Union([Type.Literal("allow"), Type.Literal("forbid")], {
            description: "Whether other calls are fine; default: allow.",
          }),
        ),
        calls: Type.Optional(
          Type.Array(ExpectedCall, { description: "Calls that must have been made: name, or name: arguments." }),
        ),
        forbid: Type.Optional(
          Type.Array(Type.String(), {
            description: "Tools that must not be called: names, or globs such as delete_*.",
          }),
        ),
        max_calls: Type.Optional(Type.Integer({ minimum: 0, description: "How many calls there may be." })),
        severity,
      },
      closed,
    ),
  ],
  { description: "The calls that are expected: a list, or { order, extra, calls, forbid, max_calls }." },
);

const ExpectedReply = Type.Object(
  {
    contains: Type.Optional(strings("All of these stand in it.")),
    any_of: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: "At least one of these stands in it." }),
    ),
    not_contains: Type.Optional(strings("None of these stands in it.")),
    matches: Type.Optional(strings("Regular expressions that it matches; (?i) in front ignores case.")),
    equals: Type.Optional(Type.String({ description: "The whole reply." })),
    json: Type.Optional(
      Type.Object(
        {
          schema: Type.Optional(Type.Union([Type.String({ description: "A JSON file." }), JsonSchema])),
          match: Type.Optional(Matcher),
        },
        { ...closed, description: "The reply is JSON, fits a schema, matches a pattern." },
      ),
    ),
    words: Type.Optional(Matcher),
    severity,
  },
  { ...closed, description: "What the reply of the turn must be." },
);

const ExpectedCode = Type.Object(
  {
    contains: Type.Optional(strings("All of these stand in the code that was run.")),
    logs: Type.Optional(Matcher),
    severity,
  },
  { ...closed, description: "What the code interpreter must have run and printed." },
);
const ExpectedTime = Type.Object(
  { total: Type.Optional(Duration), first_token: Type.Optional(Duration), severity },
  { ...closed, description: "How long it may take." },
);
const ExpectedUsage = Type.Object(
  {
    prompt_tokens: Type.Optional(Matcher),
    completion_tokens: Type.Optional(Matcher),
    total_tokens: Type.Optional(Matcher),
    severity,
  },
  { ...closed, description: "The tokens it may use." },
);
const Check = Type.Union([
  Type.String(),
  Type.Object({ that: Type.String({ description: "A CEL expression that must hold." }), severity }, closed),
]);
const Checks = Type.Union([Check, Type.Array(Check, { minItems: 1 })], {
  description: "CEL expressions that must hold.",
});

/** What a turn must have done. */
export const TurnExpectations = Type.Object(
  {
    status: Type.Optional(
      Type.Union([Status, Type.Object({ is: Status, severity }, closed)], {
        description: "How the turn must end; default: completed.",
      }),
    ),
    tools: Type.Optional(ExpectedTools),
    reply: Type.Optional(ExpectedReply),
    code: Type.Optional(ExpectedCode),
    time: Type.Optional(ExpectedTime),
    usage: Type.Optional(ExpectedUsage),
    check: Type.Optional(Checks),
  },
  { ...closed, description: "What the turn must have done." },
);
export type WrittenTurnExpectations = Type.Static<typeof TurnExpectations>;

/** What the whole conversation must have done. */
export const ConversationExpectations = Type.Object(
  {
    tools: Type.Optional(ExpectedTools),
    time: Type.Optional(
      Type.Object({ total: Duration, severity }, { ...closed, description: "How long the conversation may take." }),
    ),
    usage: Type.Optional(ExpectedUsage),
    check: Type.Optional(Checks),
  },
  { ...closed, description: "What the whole conversation must have done." },
);
