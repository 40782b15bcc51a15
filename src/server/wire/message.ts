import { Type, type Static } from "../../schema/builder.ts";
import { Id, Metadata, closed, nullable, oneOf, optional } from "./common.ts";

const Detail = Type.Optional(oneOf("auto", "low", "high"));
const TextPart = Type.Object({ type: Type.Literal("text"), text: Type.String() }, closed);
const ImageUrlPart = Type.Object(
  {
    type: Type.Literal("image_url"),
    image_url: Type.Object({ url: Type.String({ minLength: 1 }), detail: Detail }, closed),
  },
  closed,
);
const ImageFilePart = Type.Object(
  { type: Type.Literal("image_file"), image_file: Type.Object({ file_id: Id, detail: Detail }, closed) },
  closed,
);
const ToolType = Type.Union([
  Type.Object({ type: Type.Literal("code_interpreter") }, closed),
  Type.Object({ type: Type.Literal("file_search") }, closed),
]);
const Attachment = Type.Object({ file_id: Id, tools: Type.Array(ToolType) }, closed);
export type Attachment = Static<typeof Attachment>;

/** Body of `POST /threads/{thread_id}/messages`, and one message of a new thread or run. */
export const CreateMessage = Type.Object(
  {
    role: oneOf("user", "assistant"),
    content: Type.Union([
      Type.String({ maxLength: 256_000 }),
      Type.Array(Type.Union([TextPart, ImageUrlPart, ImageFilePart]), { minItems: 1 }),
    ]),
    attachments: Type.Optional(nullable(Type.Array(Attachment))),
    metadata: optional(Metadata),
  },
  closed,
);
export type CreateMessage = Static<typeof CreateMessage>;
/** Body of `POST /threads/{thread_id}/messages/{message_id}`. */
export const ModifyMessage = Type.Object({ metadata: optional(Metadata) }, closed);

/** A mark in a text and the file that it stands for; indexes count UTF-16 code units. */
export type Annotation =
  | { type: "file_citation"; text: string; start_index: number; end_index: number; file_citation: { file_id: string } }
  | { type: "file_path"; text: string; start_index: number; end_index: number; file_path: { file_id: string } };

/** A part of a message, as the API returns it. */
export type ContentPart =
  | { type: "text"; text: { value: string; annotations: Annotation[] } }
  | { type: "image_url"; image_url: { url: string; detail: string } }
  | { type: "image_file"; image_file: { file_id: string; detail: string } }
  | { type: "refusal"; refusal: string };

/** Why a message is incomplete. */
export type IncompleteReason = "content_filter" | "max_tokens" | "run_cancelled" | "run_expired" | "run_failed";

/** A message, as it is stored and as the API returns it. */
export interface Message {
  id: string;
  object: "thread.message";
  created_at: number;
  thread_id: string;
  status: "in_progress" | "incomplete" | "completed";
  incomplete_details: { reason: IncompleteReason } | null;
  completed_at: number | null;
  incomplete_at: number | null;
  role: "user" | "assistant";
  content: ContentPart[];
  assistant_id: string | null;
  run_id: string | null;
  attachments: Attachment[];
  metadata: Metadata;
}
