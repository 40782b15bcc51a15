import { Type } from "typebox";
import { closed } from "./common.ts";

const Round = Type.Object(
  {
    text: Type.Optional(Type.String({ description: "What the model said." })),
    refusal: Type.Optional(Type.String({ description: "What it said instead of answering." })),
    calls: Type.Optional(
      Type.Array(
        Type.Object(
          {
            tool: Type.Union([Type.Literal("function"), Type.Literal("code_interpreter"), Type.Literal("file_search")]),
            name: Type.String(),
            arguments: Type.String({ description: "JSON, as the model wrote it." }),
          },
          closed,
        ),
        { description: "The tools it called, all at once." },
      ),
    ),
    usage: Type.Object({ prompt_tokens: Type.Integer(), completion_tokens: Type.Integer() }, closed),
    finish: Type.Union([
      Type.Literal("stop"),
      Type.Literal("tool_calls"),
      Type.Literal("length"),
      Type.Literal("content_filter"),
    ]),
  },
  { ...closed, description: "One answer of the model; the next round follows when the tools have answered." },
);

/** `scenarios/recordings/NAME.yaml`: a conversation that a real model had, written by `serve --record`. */
export const ServedRecordingFile = Type.Object(
  {
    assistant: Type.Union([Type.String(), Type.Null()], { description: "The display name of the assistant." }),
    fingerprint: Type.Object(
      {
        model: Type.String(),
        instructions: Type.String({ description: "A hash; changed instructions make the recording stale." }),
        tools: Type.String({ description: "A hash." }),
        parameters: Type.String({ description: "A hash." }),
      },
      { ...closed, description: "The assistant as it was when it was recorded." },
    ),
    turns: Type.Array(
      Type.Object({ user: Type.String({ description: "What the user said." }), rounds: Type.Array(Round) }, closed),
      { minItems: 1 },
    ),
  },
  { ...closed, title: "Playbill recording, as serve writes it" },
);
export type WrittenServedRecording = Type.Static<typeof ServedRecordingFile>;
