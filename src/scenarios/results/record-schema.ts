import { Type, type TProperties } from "../../schema/builder.ts";

/** One of these words. */
export const words = <T extends string>(...values: readonly T[]) => Type.Unsafe<T>({ enum: values });

/** A value, or null. */
export const orNull = <T extends Parameters<typeof Type.Array>[0]>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

/** Values of which readers must expect more keys: a later version may add some. */
export const open = <P extends TProperties>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: true, ...(description !== undefined && { description }) });

/** A list of texts. */
export const Texts = Type.Array(Type.String());
/** A list of numbers. */
export const Numbers = Type.Array(Type.Number());
/** How many. */
export const Count = Type.Integer({ minimum: 0 });
/** A number that counts from 1. */
export const FromOne = Type.Integer({ minimum: 1 });
/** A duration. */
export const Milliseconds = Type.Number({ minimum: 0, description: "Milliseconds." });
/** Texts by name. */
export const Hashes = Type.Record(Type.String(), Type.String());
const Path = Type.Array(Type.Union([Type.String(), Type.Number()]), { description: "The way to a value in a file." });
const Unknowns = Type.Record(Type.String(), Type.Unknown());

/** A position in a file of the project. */
export const Place = open(
  { file: Type.String(), line: FromOne, column: FromOne, length: Count, text: Type.String() },
  "A place in a file of the project; `text` is the whole line.",
);

const Api = open({
  status: orNull(Type.Number()),
  type: orNull(Type.String()),
  code: orNull(Type.String()),
  param: orNull(Type.String()),
  requestId: orNull(Type.String()),
});

/** Something that went wrong. */
export const Problem = open(
  {
    kind: words("input", "refused", "remote", "failed"),
    severity: words("error", "warning"),
    code: Type.String({ description: "As docs/problems.md lists them; `expect_...` of an expectation." }),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    place: Type.Optional(Place),
    label: Type.Optional(Type.String()),
    api: Type.Optional(Api),
    scope: Type.Optional(Type.Literal("target")),
    final: Type.Optional(Type.Literal(true)),
  },
  "Something that went wrong: where, what, and what to do.",
);

/** Tokens. */
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

/** What became of one expectation. */
export const Verdict = open(
  {
    turn: orNull(FromOne, "null: about the whole conversation."),
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
    place: orNull(Place, "Where it is written, when it does not hold."),
  },
  "What became of one expectation.",
);

const Outcome = Type.Union([
  open({ kind: Type.Literal("result"), value: Type.Optional(Type.Unknown()) }),
  open({ kind: Type.Literal("error"), message: Type.String() }),
]);

const Call = open({
  callId: Type.String(),
  name: Type.String(),
  arguments: Type.String({ description: "As the model wrote them." }),
  args: Type.Optional(Type.Unknown()),
  round: FromOne,
  outcome: orNull(Outcome, "null: it was never answered."),
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
    description: "What the target streamed.",
  }),
  calls: Type.Array(Call),
  code: Type.Array(open({ input: Type.String(), logs: Type.String(), images: Texts })),
  messages: Type.Array(open({ text: Type.String(), citations: Type.Array(Citation), files: Texts })),
  valid: Type.Boolean({ description: "False when it says nothing about the assistant." }),
  status: Type.String(),
  error: orNull(open({ code: Type.String(), message: Type.String() })),
  reason: orNull(Type.String()),
  usage: orNull(Usage),
  model: orNull(Type.String()),
  cost: orNull(Type.Number(), "US dollars; null is unknown."),
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

/** Everything that happened in an attempt. */
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
