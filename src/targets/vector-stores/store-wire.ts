import { type JsonObject, asObject, asText, isObject, numberOrNull, textOrNull } from "../../kit/json.ts";
import type { StoreFiles, VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import { type WireFormat, filesKey } from "../objects/wire-format.ts";
import type { Chunking } from "./batches.ts";

/** The wire format of vector stores. Their files are written by separate requests; `playbill.files` in the metadata describes them. */
export const vectorStoreFormat: WireFormat<VectorStoreSpec> = {
  path: "/vector_stores",
  toWire({ name, expires_after: expiresAfter }) {
    return {
      ...(name === undefined ? {} : { name }),
      ...(expiresAfter === undefined
        ? {}
        : { expires_after: expiresAfter === null ? null : { anchor: "last_active_at", ...expiresAfter } }),
    };
  },
  fromWire(value, metadata) {
    if (!isObject(value.file_counts)) return null;
    const { days } = asObject(value.expires_after);
    return {
      name: textOrNull(value.name),
      files: filesOf(value),
      chunking: contentsOf(value)?.chunking ?? null,
      expires_after: typeof days === "number" ? { days } : null,
      metadata,
    };
  },
};

/** What the metadata of a vector store states about its files: that work on them is pending, or their final state. */
export type StoreContents =
  | { kind: "pending"; chunking: Chunking }
  | {
      kind: "complete";
      /** The hash over all members of ours, and their number. */
      root: string;
      count: number;
      /** The numbers of indexed files and bytes in the complete store, including those that are not ours. */
      total: number;
      usage: number;
      chunking: Chunking;
    };

/** The metadata entry for these contents. */
export function contentsToWire(contents: StoreContents): Record<string, string> {
  const { chunking } = contents;
  const size = chunking === null ? "auto" : `${chunking.max_chunk_size_tokens}/${chunking.chunk_overlap_tokens}`;
  if (contents.kind === "pending") return { [filesKey]: `pending ${size}` };
  const { root, count, total, usage } = contents;
  return { [filesKey]: [root, count, total, usage, size].join(" ") };
}

/** Reads that entry of a vector store; `null` when there is none, or none that Playbill wrote. */
export function contentsOf({ metadata }: JsonObject): StoreContents | null {
  const words = asText(asObject(metadata)[filesKey]).split(" ");
  if (words[0] === "pending") return { kind: "pending", chunking: chunkingOf(words[1]) };
  const [root = "", ...rest] = words;
  const [count, total, usage] = rest.slice(0, 3).map((word) => (/^\d+$/.test(word) ? Number(word) : undefined));
  if (count === undefined || total === undefined || usage === undefined) return null;
  return { kind: "complete", root, count, total, usage, chunking: chunkingOf(rest[3]) };
}

/** How many files of a vector store are indexed, and the bytes that they take, as the API answers it. */
export function totalsOf(value: JsonObject): { total: number; usage: number } {
  return {
    total: numberOrNull(asObject(value.file_counts).completed) ?? 0,
    usage: numberOrNull(value.usage_bytes) ?? 0,
  };
}

function chunkingOf(word = ""): Chunking {
  const [, size, overlap] = /^(\d+)\/(\d+)$/.exec(word) ?? [];
  if (size === undefined || overlap === undefined) return null;
  return { max_chunk_size_tokens: Number(size), chunk_overlap_tokens: Number(overlap) };
}

function filesOf(value: JsonObject): StoreFiles {
  const contents = contentsOf(value);
  if (contents === null) return { kind: "unknown", count: numberOrNull(asObject(value.file_counts).total) ?? 0 };
  if (contents.kind === "pending") return { kind: "pending" };
  return { kind: "complete", root: contents.root, count: contents.count };
}
