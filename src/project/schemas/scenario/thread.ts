import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

const ThreadMessage = Type.Union([
  Type.Object({ user: Type.String({ description: "What the user said.", examples: ["Where is my order?"] }) }, closed),
  Type.Object(
    { assistant: Type.String({ description: "What the assistant said.", examples: ["What is its number?"] }) },
    closed,
  ),
  Type.Object(
    {
      call: Type.String({ description: "A tool that the assistant called.", examples: ["lookup_order"] }),
      with: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: "The arguments of the call.",
          examples: [{ id: "A-1001" }],
        }),
      ),
      result: Type.Unknown({ description: "The result that the tool returned.", examples: [{ status: "late" }] }),
    },
    closed,
  ),
]);

export type WrittenMessage = Static<typeof ThreadMessage>;

/** The content of the thread before the first turn. */
export const Thread = Type.Object(
  {
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "The thread's metadata.",
        examples: [{ channel: "web" }],
      }),
    ),
    messages: Type.Optional(Type.Array(ThreadMessage, { description: "The messages before the first turn." })),
  },
  { ...closed, description: "Start in the middle of a conversation." },
);
