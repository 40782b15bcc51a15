import { Type, type Static } from "../../schema/builder.ts";
import { Metadata, NewToolResources, closed, optional, type ToolResources } from "./common.ts";
import { CreateMessage } from "./message.ts";

const settings = { tool_resources: optional(NewToolResources), metadata: optional(Metadata) };

/** Body of `POST /threads`. */
export const CreateThread = Type.Object({ messages: optional(Type.Array(CreateMessage)), ...settings }, closed);
export type CreateThread = Static<typeof CreateThread>;
/** Body of `POST /threads/{thread_id}`. */
export const ModifyThread = Type.Object(settings, closed);

/** A thread, as it is stored and as the API returns it. */
export interface Thread {
  id: string;
  object: "thread";
  created_at: number;
  metadata: Metadata;
  tool_resources: ToolResources;
}
