import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

const ThreadMessage = Type.Union([
  Type.Object({ user: Type.String({ description: "What the user said." }) }, closed),
  Type.Object({ assistant: Type.String({ description: "What the assistant said." }) }, closed),
  Type.Object(
    {
      call: Type.String({ description: "A tool that the assistant called." }),
      with: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "The arguments of the call." })),
      result: Type.Unknown({ description: "The result that the tool returned." }),
    },
    closed,
  ),
]);

export type WrittenMessage = Static<typeof ThreadMessage>;

/** The content of the thread before the first turn. */
export const Thread = Type.Object(
  {
    metadata: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "The thread's metadata." })),
    messages: Type.Optional(Type.Array(ThreadMessage, { description: "The messages before the first turn." })),
  },
  { ...closed, description: "Start in the middle of a conversation." },
);
