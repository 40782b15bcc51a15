import { Type } from "typebox";
import { closed } from "./common.ts";

const Milliseconds = Type.Number({ minimum: 0 });

const Hashes = (description: string) => Type.Record(Type.String(), Type.String(), { description });

const Call = Type.Object(
  {
    name: Type.String({ description: "The function." }),
    id: Type.Optional(Type.String({ description: "The call's id, if its answer contains it." })),
    with: Type.Optional(Type.Unknown({ description: "The arguments." })),
    arguments: Type.Optional(
      Type.String({ description: "The arguments as the model wrote them, when they are not a JSON object." }),
    ),
    result: Type.Optional(Type.Unknown({ description: "The result that was returned." })),
    error: Type.Optional(Type.String({ description: "The error that was returned." })),
    changes: Type.Optional(
      Type.Array(Type.Unknown(), { description: "The changes that the answer made to the world of the scenario." }),
    ),
    at: Type.Optional({ ...Milliseconds, description: "When work on the answer began." }),
    took: Type.Optional({ ...Milliseconds, description: "How long the answer took." }),
  },
  { ...closed, description: "A function call. Without result and error, it was never answered." },
);

const at = { at: { ...Milliseconds, description: "Milliseconds since the start of the turn." } };

const Calls = Type.Object(
  { ...at, kind: Type.Literal("calls"), calls: Type.Array(Call, { minItems: 1 }) },
  { ...closed, description: "Calls that the model made together." },
);

/** Unknown keys of an event are kept: a newer target may send more. */
const event = <K extends string, P extends Type.TProperties>(kind: K, properties: P) =>
  Type.Object({ ...at, kind: Type.Literal(kind), ...properties }, { additionalProperties: true });

const Event = Type.Union([
  Calls,
  event("message", { text: Type.String({ description: "What the assistant said." }) }),
  event("text", { delta: Type.String({ description: "A message that it began and did not finish." }) }),
  event("code", { input: Type.String({ description: "The code that the assistant ran." }) }),
  event("search", {}),
]);

const Turn = Type.Object(
  {
    turn: Type.Integer({ minimum: 1, description: "The number of the scenario's turn." }),
    part: Type.Optional(Type.Integer({ minimum: 1, description: "The number of a simulated user's message." })),
    user: Type.String({ description: "What the user said." }),
    attachments: Type.Optional(
      Type.Array(Type.Object({ file: Type.String(), for: Type.Array(Type.String()) }, closed), {
        description: "The files attached to the message, and the tools that may read them.",
      }),
    ),
    events: Type.Array(Event, { description: "What the assistant did, in order." }),
    status: Type.Union(
      [
        Type.Literal("completed"),
        Type.Literal("failed"),
        Type.Literal("incomplete"),
        Type.Literal("expired"),
        Type.Literal("cancelled"),
        Type.Literal("requires_action"),
        Type.Literal("stopped"),
      ],
      { description: "How the turn ended." },
    ),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }, closed)),
    reason: Type.Optional(Type.String({ description: "Why the run is incomplete." })),
    model: Type.Optional(Type.String({ description: "The model that answered, by the target's name for it." })),
    usage: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "Tokens." })),
    file_names: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "The names of files that were cited or created, by id.",
      }),
    ),
    time: Type.Object(
      {
        total: Milliseconds,
        first_token: Type.Union([Milliseconds, Type.Null()]),
        waited: Milliseconds,
        delayed: Type.Optional(Milliseconds),
      },
      { ...closed, description: "Milliseconds." },
    ),
  },
  { ...closed, description: "A turn as it happened." },
);

/** `scenarios/recordings/ID.yaml`: a conversation of a scenario with a real model, written by `test --record`. */
export const RecordingFile = Type.Object(
  {
    format_version: Type.Literal(2, { description: "The version of this file format." }),
    scenario: Type.String({ description: "The scenario's id, with its matrix cell." }),
    target: Type.String({ description: "The target, as in playbill.yaml, that it was recorded at." }),
    recorded: Type.String({ description: "The day on which it was recorded." }),
    assistant: Hashes("The assistant at that time, as a hash of each part. If a part changes, the recording is stale."),
    code: Hashes("The files that contain code of the scenario and its tools, with a hash of each."),
    attached: Type.Optional(Hashes("The attached files, with a hash of each.")),
    opening: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      description: "The content of the thread before the first turn.",
    }),
    saved: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "The values that setup saved before the conversation.",
      }),
    ),
    turns: Type.Array(Turn),
    opinions: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "The judges' answers, by the key of the question.",
      }),
    ),
  },
  { ...closed, title: "Playbill recording" },
);
export type WrittenRecording = Type.Static<typeof RecordingFile>;
