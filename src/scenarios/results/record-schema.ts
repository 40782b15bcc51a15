import { Type, type TProperties } from "../../schema/builder.ts";

/** The schema of one of these words. */
export const words = <T extends string>(...values: readonly T[]) => Type.Unsafe<T>({ enum: values });

/** The schema of a value or null. */
export const orNull = <T extends Parameters<typeof Type.Array>[0]>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

/** The schema of an object to which a later version may add keys, which readers must accept. */
export const open = <P extends TProperties>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: true, ...(description !== undefined && { description }) });

/** The schema of a list of texts. */
export const Texts = Type.Array(Type.String());
/** The schema of a list of numbers. */
export const Numbers = Type.Array(Type.Number());
/** The schema of a count. */
export const Count = Type.Integer({ minimum: 0 });
/** The schema of a number that counts from 1. */
export const FromOne = Type.Integer({ minimum: 1 });
/** The schema of a duration. */
export const Milliseconds = Type.Number({ minimum: 0, description: "Milliseconds." });
/** The schema of texts by name. */
export const Hashes = Type.Record(Type.String(), Type.String());
const Path = Type.Array(Type.Union([Type.String(), Type.Number()]), { description: "The path to a value in a file." });
const Unknowns = Type.Record(Type.String(), Type.Unknown());

/** The schema of a place in a file of the project. */
export const Place = open(
  { file: Type.String(), line: FromOne, column: FromOne, length: Count, text: Type.String() },
  "A place in a file of the project; `text` is the complete line.",
);

const Api = open({
  status: orNull(Type.Number()),
  type: orNull(Type.String()),
  code: orNull(Type.String()),
  param: orNull(Type.String()),
  requestId: orNull(Type.String()),
});

const Fix = open(
  {
    purpose: Type.String({ description: "What the command does." }),
    command: Type.String({ description: "A line for a shell; nothing in it has to be filled in." }),
  },
  "A command that repairs a problem, or one way of several.",
);

/** The schema of a problem. */
export const Problem = open(
  {
    kind: words("input", "refused", "remote", "failed"),
    severity: words("error", "warning"),
    code: Type.String({ description: "A code from docs/problems.md; `expect_...` for a failed expectation." }),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    fix: Type.Optional(Type.Array(Fix)),
    retryable: Type.Optional(
      Type.Boolean({ description: "The same command may succeed later although nobody has changed anything." }),
    ),
    place: Type.Optional(Place),
    label: Type.Optional(Type.String()),
    api: Type.Optional(Api),
    scope: Type.Optional(Type.Literal("target")),
    final: Type.Optional(Type.Literal(true)),
  },
  "A problem: where, what, and what to do.",
);

/** The schema of token counts. */
export const Usage = open(
  {
    prompt_tokens: Type.Number(),
    completion_tokens: Type.Number(),
    total_tokens: Type.Number(),
    cached_tokens: Type.Optional(Type.Number()),
    reasoning_tokens: Type.Optional(Type.Number()),
  },
  "Tokens.",
);

/** The schema of a verdict. */
export const Verdict = open(
  {
    turn: orNull(FromOne, "null for an expectation about the entire conversation."),
    subject: Type.String({ description: "The key under `expect`." }),
    path: Path,
    severity: words("gate", "warn"),
    pass: Type.Boolean(),
    undecided: Type.Optional(Type.Literal(true)),
    expected: Type.Optional(Type.Unknown()),
    actual: Type.Optional(Type.Unknown()),
    sentence: Type.String(),
    nearest: orNull(Type.String()),
    shows: words("difference", "missing_part", "unwanted_part", "nothing"),
    place: orNull(Place, "Where the expectation is written; null when it holds."),
  },
  "The verdict on one expectation.",
);

const Outcome = Type.Union([
  open({ kind: Type.Literal("result"), value: Type.Optional(Type.Unknown()) }),
  open({ kind: Type.Literal("error"), message: Type.String() }),
]);

const Call = open({
  callId: Type.String(),
  name: Type.String(),
  arguments: Type.String({ description: "The arguments exactly as the model wrote them." }),
  args: Type.Optional(Type.Unknown()),
  round: FromOne,
  outcome: orNull(Outcome, "null when it was never answered."),
  findings: Type.Array(
    open({
      code: Type.String(),
      message: Type.String(),
      trace: Type.Optional(Texts),
      place: Type.Optional(orNull(open({ file: Type.String(), line: FromOne }))),
    }),
  ),
  rule: Type.Optional(Path),
  changes: Type.Optional(
    Type.Array(open({ kind: words("set", "append", "remove"), path: Path, value: Type.Optional(Type.Unknown()) })),
  ),
  at: Milliseconds,
  took: Milliseconds,
});

const Citation = open({ text: Type.String(), fileId: Type.String(), start: Count, end: Count });

const Turn = open({
  number: FromOne,
  part: Type.Optional(FromOne),
  id: orNull(Type.String()),
  user: Type.String(),
  choice: Type.Optional(FromOne),
  attachments: Type.Optional(Type.Array(open({ file: Type.String(), for: Texts }))),
  events: Type.Array(open({ at: Milliseconds, event: open({ kind: Type.String() }) }), {
    description: "The events that the target streamed.",
  }),
  calls: Type.Array(Call),
  code: Type.Array(open({ input: Type.String(), logs: Type.String(), images: Texts })),
  messages: Type.Array(open({ text: Type.String(), citations: Type.Array(Citation), files: Texts })),
  valid: Type.Boolean({ description: "False when the turn tells nothing about the assistant." }),
  status: Type.String(),
  error: orNull(open({ code: Type.String(), message: Type.String() })),
  reason: orNull(Type.String()),
  usage: orNull(Usage),
  model: orNull(Type.String()),
  cost: orNull(Type.Number(), "US dollars; null when unknown."),
  time: open({
    total: Milliseconds,
    first_token: orNull(Milliseconds),
    waited: Milliseconds,
    delayed: Type.Optional(Milliseconds),
  }),
  saved: Unknowns,
  fileNames: Type.Optional(Hashes),
  fileContents: Type.Optional(
    Type.Record(Type.String(), open({ sha256: Type.String(), bytes: Count, image: orNull(Type.String()) })),
  ),
  passages: Type.Optional(Hashes),
  world: Type.Optional(Unknowns),
});

const Stage = open({
  saved: Unknowns,
  steps: Type.Array(open({ run: Type.String(), took: Milliseconds, error: orNull(Type.String()) })),
});

/** The schema of the record of an attempt. */
export const RecordSchema = open(
  {
    conversation: Type.String(),
    opening: Type.Array(open({ role: words("user", "assistant", "call") })),
    world: Type.Optional(Unknowns),
    setup: Type.Optional(Stage),
    teardown: Type.Optional(Stage),
    turns: Type.Array(Turn),
    leftOut: Type.Optional(
      Type.Array(open({ number: FromOne, id: orNull(Type.String()), why: words("when", "no_choice") })),
    ),
    simulated: Type.Optional(
      Type.Array(open({ turn: FromOne, how: words("reached", "given_up", "stopped", "max_turns") })),
    ),
    broken: Type.Optional(open({ turn: FromOne, part: FromOne, why: Type.String() })),
    opinions: Unknowns,
    problems: Type.Array(Problem),
    interrupted: Type.Boolean(),
  },
  "Everything that happened in an attempt.",
);
