import { Type } from "typebox";
import { closed } from "./common.ts";

const Round = Type.Object(
  {
    text: Type.Optional(Type.String({ description: "What the model said." })),
    refusal: Type.Optional(Type.String({ description: "The text of its refusal to answer." })),
    calls: Type.Optional(
      Type.Array(
        Type.Object(
          {
            tool: Type.Union([Type.Literal("function"), Type.Literal("code_interpreter"), Type.Literal("file_search")]),
            name: Type.String(),
            arguments: Type.String({ description: "The arguments as JSON, exactly as the model wrote them." }),
          },
          closed,
        ),
        { description: "The tools that it called together." },
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
  { ...closed, description: "One answer of the model; the next round follows once the tools have answered." },
);

/** `scenarios/recordings/NAME.yaml`: a conversation with a real model, written by `serve --record`. */
export const ServedRecordingFile = Type.Object(
  {
    assistant: Type.Union([Type.String(), Type.Null()], { description: "The display name of the assistant." }),
    fingerprint: Type.Object(
      {
        model: Type.String(),
        instructions: Type.String({ description: "A hash. If the instructions change, the recording is stale." }),
        tools: Type.String({ description: "A hash." }),
        parameters: Type.String({ description: "A hash." }),
      },
      { ...closed, description: "The assistant at the time of the recording." },
    ),
    turns: Type.Array(
      Type.Object({ user: Type.String({ description: "What the user said." }), rounds: Type.Array(Round) }, closed),
      { minItems: 1 },
    ),
  },
  { ...closed, title: "Playbill served recording" },
);
export type WrittenServedRecording = Type.Static<typeof ServedRecordingFile>;
