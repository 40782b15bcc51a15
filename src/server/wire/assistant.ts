import { Type } from "../../schema/builder.ts";
import {
  Metadata,
  NewToolResources,
  ReasoningEffort,
  ResponseFormat,
  Temperature,
  Tool,
  TopP,
  closed,
  optional,
  type ToolResources,
} from "./common.ts";

const fields = {
  name: optional(Type.String({ maxLength: 256 })),
  description: optional(Type.String({ maxLength: 512 })),
  instructions: optional(Type.String({ maxLength: 256_000 })),
  tools: optional(Type.Array(Tool, { maxItems: 128 })),
  tool_resources: optional(NewToolResources),
  metadata: optional(Metadata),
  temperature: optional(Temperature),
  top_p: optional(TopP),
  response_format: optional(ResponseFormat),
  reasoning_effort: optional(ReasoningEffort),
};
const Model = Type.String({ minLength: 1 });

/** Body of `POST /assistants`. */
export const CreateAssistant = Type.Object({ model: Model, ...fields }, closed);
/** Body of `POST /assistants/{assistant_id}`. */
export const ModifyAssistant = Type.Object({ model: Type.Optional(Model), ...fields }, closed);

/** An assistant, as it is stored and as the API returns it. */
export interface Assistant {
  id: string;
  object: "assistant";
  created_at: number;
  name: string | null;
  description: string | null;
  model: string;
  instructions: string | null;
  tools: Tool[];
  top_p: number | null;
  temperature: number | null;
  tool_resources: ToolResources;
  metadata: Metadata;
  response_format: ResponseFormat;
  reasoning_effort: string | null;
}
