import { type JsonObject, isObject, objectsOf } from "../../kit/json.ts";
import { fileKey } from "../domain/kinds.ts";
import { chooseChunking } from "../domain/vector-stores/chunking.ts";
import type { Assistant } from "../wire/assistant.ts";
import type { Tool, ToolResources } from "../wire/common.ts";
import type { FileObject } from "../wire/file.ts";
import type { Message } from "../wire/message.ts";
import type { Thread } from "../wire/thread.ts";
import type { Attributes, VectorStore, VectorStoreFile } from "../wire/vector-store.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { readMessage } from "./exported-message.ts";

/** The kinds of objects that are imported, by their API names. */
export interface Movable {
  file: FileObject;
  vector_store: VectorStore & { isExpired: boolean };
  "vector_store.file": VectorStoreFile;
  assistant: Assistant;
  thread: Thread;
  "thread.message": Message;
}
export type MovableKind = keyof Movable;

/** An object of an export, ready to be stored. */
export interface Exported<K extends MovableKind = MovableKind> {
  kind: K;
  /** Unique within the kind. */
  key: string;
  /** The thread of a message, the vector store of a file in it. */
  parent: string | null;
  /** Seconds since 1970. */
  created: number;
  value: Movable[K];
  /** Files and vector stores that it names. */
  names: readonly string[];
  /** Parts that are stored but have no effect here, in words. */
  idle: readonly string[];
  /** Parts that are not stored, in words. */
  leftOut: readonly string[];
}

/** An exported object, or its faults. */
export type Reading = { kind: "read"; exported: Exported } | { kind: "faulty"; faults: readonly string[] };

/** The part of an object that is the same everywhere: counts, and what its use changes, are left out. */
export function comparable(kind: MovableKind, value: Movable[MovableKind]): unknown {
  switch (kind) {
    case "vector_store": {
      const { id, created_at, name, description, metadata, expires_after } = value as VectorStore;
      return { id, created_at, name, description, metadata, expires_after };
    }
    case "vector_store.file": {
      const { id, vector_store_id, created_at, chunking_strategy, attributes } = value as VectorStoreFile;
      return { id, vector_store_id, created_at, chunking_strategy, attributes };
    }
    case "thread": {
      // Messages with attached files extend the tool resources.
      const { id, created_at, metadata } = value as Thread;
      return { id, created_at, metadata };
    }
    default:
      return value;
  }
}

/** What is known about an object from its place in the export. */
export interface Surroundings {
  threadId: string | null;
  vectorStoreId: string | null;
}

/** Reads an object as the API returned it, less strictly than the API accepts it: missing values are left out or get their defaults. */
export function readExported(kind: MovableKind, value: JsonObject, around: Surroundings): Reading {
  const fields = fieldsOf(value, ["object"]);
  const exported = readers[kind](fields, around);
  const unknown = fields.unknown().map((key) => `${kind}: ${key}`);
  if (fields.faults.length > 0) return { kind: "faulty", faults: fields.faults };
  return { kind: "read", exported: { ...exported, leftOut: [...exported.leftOut, ...unknown] } };
}

type Reader = (fields: Fields, around: Surroundings) => Exported;

const readers: Record<MovableKind, Reader> = {
  file: readFile,
  vector_store: readVectorStore,
  "vector_store.file": readMember,
  assistant: readAssistant,
  thread: readThread,
  "thread.message": readMessage,
};

const plain = { parent: null, names: [], idle: [], leftOut: [] };

function readFile(fields: Fields): Exported {
  const id = fields.text("id");
  const created = fields.time("created_at");
  // The original's processing status has no meaning here.
  for (const key of ["status", "status_details"]) fields.textOrNull(key);
  const value: FileObject = {
    id,
    object: "file",
    bytes: fields.numberOrNull("bytes") ?? -1,
    created_at: created,
    expires_at: fields.timeOrNull("expires_at"),
    filename: fields.text("filename", id),
    // Other purposes are kept.
    purpose: fields.text("purpose", "assistants") as FileObject["purpose"],
    status: "processed",
    status_details: null,
  };
  return { ...plain, kind: "file", key: id, created, value };
}

function readVectorStore(fields: Fields): Exported {
  const id = fields.text("id");
  const created = fields.time("created_at");
  const { days } = fields.object("expires_after");
  for (const key of ["usage_bytes", "bytes"]) fields.numberOrNull(key);
  fields.timeOrNull("expires_at");
  const { total } = fields.object("file_counts");
  const count = typeof total === "number" ? total : 0;
  const value: Movable["vector_store"] = {
    id,
    object: "vector_store",
    created_at: created,
    name: fields.textOrNull("name"),
    description: fields.textOrNull("description"),
    usage_bytes: 0,
    file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: count },
    expires_after: typeof days === "number" ? { anchor: "last_active_at", days } : null,
    last_active_at: fields.timeOrNull("last_active_at") ?? created,
    metadata: fields.metadata("metadata"),
    isExpired: fields.textOrNull("status") === "expired",
  };
  return { ...plain, kind: "vector_store", key: id, created, value };
}

function readMember(fields: Fields, around: Surroundings): Exported {
  const id = fields.text("id");
  const parent = fields.text("vector_store_id", around.vectorStoreId ?? undefined);
  const created = fields.time("created_at");
  const status = fields.text("status", "completed");
  const { code, message } = fields.object("last_error");
  fields.numberOrNull("usage_bytes");
  const isOver = status === "failed" || status === "cancelled";
  const value: VectorStoreFile = {
    id,
    object: "vector_store.file",
    created_at: created,
    usage_bytes: 0,
    vector_store_id: parent,
    status: isOver ? status : "in_progress",
    last_error:
      isOver && typeof message === "string" ? { code: isErrorCode(code) ? code : "server_error", message } : null,
    chunking_strategy: chunkingOf(fields),
    attributes: attributesOf(fields.object("attributes")),
  };
  return { ...plain, kind: "vector_store.file", key: fileKey(parent, id), parent, created, value };
}

function isErrorCode(code: unknown): code is "server_error" | "unsupported_file" | "invalid_file" {
  return code === "server_error" || code === "unsupported_file" || code === "invalid_file";
}

function chunkingOf(fields: Fields): VectorStoreFile["chunking_strategy"] {
  const { type, static: sizes } = fields.object("chunking_strategy");
  if (type !== "static" || !isObject(sizes)) return chooseChunking(null, "");
  const { max_chunk_size_tokens: most, chunk_overlap_tokens: overlap } = sizes;
  if (typeof most !== "number" || typeof overlap !== "number") return chooseChunking(null, "");
  const size = { max_chunk_size_tokens: most, chunk_overlap_tokens: Math.min(overlap, Math.floor(most / 2)) };
  return { type: "static", static: size };
}

function attributesOf(given: JsonObject): Attributes {
  const kept = Object.entries(given).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return Object.fromEntries(kept) as Attributes;
}

const knownTools = new Set(["function", "code_interpreter", "file_search"]);

function readAssistant(fields: Fields): Exported {
  const id = fields.text("id");
  const created = fields.time("created_at");
  const tools = objectsOf(fields.list("tools"));
  const unknown = tools.filter(({ type }) => typeof type !== "string" || !knownTools.has(type));
  const resources = fields.object("tool_resources");
  const value: Assistant = {
    id,
    object: "assistant",
    created_at: created,
    name: fields.textOrNull("name"),
    description: fields.textOrNull("description"),
    model: fields.text("model"),
    instructions: fields.textOrNull("instructions"),
    // A tool of another type is kept unchanged, and not offered to a model.
    tools: tools as Tool[],
    top_p: fields.numberOrNull("top_p"),
    temperature: fields.numberOrNull("temperature"),
    tool_resources: resourcesOf(resources),
    metadata: fields.metadata("metadata"),
    response_format: formatOf(fields),
    reasoning_effort: fields.textOrNull("reasoning_effort"),
  };
  const idle = unknown.map(({ type }) => `tool of type ${String(type)}, which this server does not offer to models`);
  return { ...plain, kind: "assistant", key: id, created, value, names: namedBy(value), idle };
}

/** The response format: an object, else `auto`, also for other texts that some clients write. */
function formatOf(fields: Fields): Assistant["response_format"] {
  const format = fields.any("response_format");
  return isObject(format) ? (format as Assistant["response_format"]) : "auto";
}

/** Tool resources; those of unknown tools are kept unchanged. */
function resourcesOf({ code_interpreter: code, file_search: search, ...others }: JsonObject): ToolResources {
  const known: ToolResources = {
    ...(isObject(code) && { code_interpreter: { file_ids: textsOf(code.file_ids) } }),
    ...(isObject(search) && { file_search: { vector_store_ids: textsOf(search.vector_store_ids) } }),
  };
  return { ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null)), ...known };
}

function namedBy({ tool_resources: resources }: { tool_resources: ToolResources }): string[] {
  return [...(resources.code_interpreter?.file_ids ?? []), ...(resources.file_search?.vector_store_ids ?? [])];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function readThread(fields: Fields): Exported {
  const id = fields.text("id");
  const created = fields.time("created_at");
  const value: Thread = {
    id,
    object: "thread",
    created_at: created,
    metadata: fields.metadata("metadata"),
    tool_resources: resourcesOf(fields.object("tool_resources")),
  };
  return { ...plain, kind: "thread", key: id, created, value, names: namedBy(value) };
}
