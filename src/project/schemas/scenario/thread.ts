import { Type } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

const ThreadMessage = Type.Union([
  Type.Object({ user: Type.String({ description: "What the user said." }) }, closed),
  Type.Object({ assistant: Type.String({ description: "What the assistant said." }) }, closed),
]);

/** What was there before the first turn. */
export const Thread = Type.Object(
  {
    metadata: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "The thread's metadata." })),
    messages: Type.Optional(Type.Array(ThreadMessage, { description: "What was said before the first turn." })),
  },
  { ...closed, description: "Start in the middle of a conversation." },
);
