import { Type, type Static } from "../../schema/builder.ts";
import { Id, closed, oneOf, optional } from "./common.ts";

/** The phase of a message in a response: commentary before the answer, or the answer. */
export const Phase = oneOf("commentary", "final_answer");
export type Phase = Static<typeof Phase>;

const ItemStatus = oneOf("in_progress", "completed", "incomplete");
/** Fields of items in answers that clients may send back, and fields that are ignored. */
const answered = { id: optional(Id), status: optional(ItemStatus), created_by: optional(Type.String()) };
const ignored = optional(Type.Unknown());
const Text = Type.String({ maxLength: 10_485_760 });

const InputText = Type.Object(
  { type: Type.Literal("input_text"), text: Text, prompt_cache_breakpoint: ignored },
  closed,
);
const InputImage = Type.Object(
  {
    type: Type.Literal("input_image"),
    image_url: optional(Type.String()),
    file_id: optional(Id),
    detail: optional(oneOf("low", "high", "auto", "original")),
    prompt_cache_breakpoint: ignored,
  },
  closed,
);
const OutputText = Type.Object(
  {
    type: Type.Literal("output_text"),
    text: Text,
    annotations: optional(Type.Array(Type.Unknown())),
    logprobs: ignored,
  },
  closed,
);
const Refusal = Type.Object({ type: Type.Literal("refusal"), refusal: Text }, closed);

const Message = Type.Object(
  {
    type: Type.Literal("message"),
    role: oneOf("user", "assistant", "system", "developer"),
    content: Type.Union([Text, Type.Array(Type.Union([InputText, InputImage, OutputText, Refusal]))]),
    phase: optional(Phase),
    ...answered,
  },
  closed,
);
const FunctionCall = Type.Object(
  {
    type: Type.Literal("function_call"),
    call_id: Type.String({ minLength: 1 }),
    name: Type.String({ minLength: 1 }),
    arguments: Text,
    caller: ignored,
    namespace: ignored,
    ...answered,
  },
  closed,
);
const FunctionCallOutput = Type.Object(
  {
    type: Type.Literal("function_call_output"),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    output: Type.Union([Text, Type.Array(Type.Union([InputText, InputImage]))]),
    name: ignored,
    caller: ignored,
    namespace: ignored,
    ...answered,
  },
  closed,
);
const Reasoning = Type.Object(
  {
    type: Type.Literal("reasoning"),
    summary: Type.Array(Type.Object({ type: Type.Literal("summary_text"), text: Text }, closed)),
    content: ignored,
    encrypted_content: optional(Type.String()),
    ...answered,
  },
  closed,
);
const FileSearchCall = Type.Object(
  {
    type: Type.Literal("file_search_call"),
    queries: Type.Array(Type.String()),
    results: optional(Type.Array(Type.Unknown())),
    id: Id,
    status: optional(oneOf("in_progress", "searching", "completed", "incomplete", "failed")),
    created_by: ignored,
  },
  closed,
);
const CodeInterpreterCall = Type.Object(
  {
    type: Type.Literal("code_interpreter_call"),
    container_id: Id,
    code: optional(Text),
    outputs: optional(Type.Array(Type.Unknown())),
    id: Id,
    status: optional(oneOf("in_progress", "completed", "incomplete", "interpreting", "failed")),
    created_by: ignored,
  },
  closed,
);
const ItemReference = Type.Object({ type: Type.Literal("item_reference"), id: Id }, closed);

/** One item of the input. Messages and references may omit their type; see `responses/input.ts`. */
export const InputItem = Type.Union([
  Message,
  FunctionCall,
  FunctionCallOutput,
  Reasoning,
  FileSearchCall,
  CodeInterpreterCall,
  ItemReference,
]);
export type InputItem = Static<typeof InputItem>;

/** What a piece of text refers to; indexes count UTF-16 code units. */
export type ItemAnnotation =
  | { type: "file_citation"; file_id: string; filename: string; index: number }
  | {
      type: "container_file_citation";
      container_id: string;
      end_index: number;
      file_id: string;
      filename: string;
      start_index: number;
    };

/** A part of an assistant's message. */
export type OutputPart =
  | { type: "output_text"; annotations: ItemAnnotation[]; logprobs: never[]; text: string }
  | { type: "refusal"; refusal: string };
/** A part of any other message. */
export type InputPart =
  | { type: "input_text"; text: string }
  | { type: "input_image"; detail: string; file_id: string | null; image_url: string | null };

type Status = "in_progress" | "completed" | "incomplete";

export interface OutputMessage {
  id: string;
  type: "message";
  status: Status;
  content: OutputPart[];
  /** Absent if the model did not report it. */
  phase?: Phase;
  role: "assistant";
}
export interface InputMessage {
  id: string;
  type: "message";
  status: "completed";
  content: InputPart[];
  role: "user" | "system" | "developer";
}
export interface FunctionCallItem {
  id: string;
  type: "function_call";
  status: Status;
  arguments: string;
  call_id: string;
  name: string;
}
export interface FunctionCallOutputItem {
  id: string;
  type: "function_call_output";
  status: "completed";
  call_id: string;
  output: string | InputPart[];
}
export interface ReasoningItem {
  id: string;
  type: "reasoning";
  /** In answers only if requested. */
  encrypted_content: string | null;
  summary: { type: "summary_text"; text: string }[];
}
/** A search result. */
export interface FileSearchResult {
  attributes: Record<string, string | number | boolean>;
  file_id: string;
  filename: string;
  score: number;
  text: string;
}
export interface FileSearchItem {
  id: string;
  type: "file_search_call";
  status: Status | "searching" | "failed";
  queries: string[];
  /** In answers only if requested. */
  results: FileSearchResult[] | null;
}
/** What a piece of code printed, or the image file in the container that it drew. */
export type CodeItemOutput = { type: "logs"; logs: string } | { type: "image"; file_id: string };
export interface CodeInterpreterItem {
  id: string;
  type: "code_interpreter_call";
  status: Status | "interpreting" | "failed";
  code: string;
  container_id: string;
  /** In answers only if requested. */
  outputs: CodeItemOutput[] | null;
}

/** An item of a conversation as it is stored, with all its fields. */
export type Item =
  | OutputMessage
  | InputMessage
  | FunctionCallItem
  | FunctionCallOutputItem
  | ReasoningItem
  | FileSearchItem
  | CodeInterpreterItem;
