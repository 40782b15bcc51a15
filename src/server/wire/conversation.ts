import { Type } from "../../schema/builder.ts";
import { Metadata, closed, optional } from "./common.ts";

/** Items, each checked separately; as many as are accepted at once. */
const Items = Type.Array(Type.Unknown(), { maxItems: 20 });

/** Body of `POST /conversations`. */
export const CreateConversation = Type.Object({ items: optional(Items), metadata: optional(Metadata) }, closed);
/** Body of `POST /conversations/{conversation_id}`. */
export const ModifyConversation = Type.Object({ metadata: Metadata }, closed);
/** Body of `POST /conversations/{conversation_id}/items`. */
export const CreateItems = Type.Object({ items: Items }, closed);
