import { toCanonical } from "../../kit/json.ts";
import type { FieldTable } from "../fields.ts";
import type { ResourceKind } from "../resource.ts";
import { addressesOf, bindFiles, canonicalFiles, isUnfinished } from "./files.ts";
import type { StoreFiles, VectorStoreSpec } from "./spec.ts";
import { filesWords } from "./words.ts";

const value = { view: { kind: "value" }, isEvaluated: false, isKeyed: false } as const;

/** The API's default chunking of files. */
const defaultChunking = { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 };

/** The rules of a vector store's fields, in reading order. */
const vectorStoreFields: FieldTable<VectorStoreSpec> = {
  name: { ...value, canonical: (name) => name || null, cleared: null, maxLength: 256 },
  files: {
    ...value,
    view: { kind: "words", words: (before, after) => filesWords(before as StoreFiles, after as StoreFiles) },
    canonical: canonicalFiles,
    cleared: { kind: "members", members: [] },
    isUnfinished,
    references: { addresses: addressesOf, bind: bindFiles },
  },
  chunking: { ...value, canonical: canonicalChunking, cleared: null, isHidden: true, isFixed: true },
  expires_after: { ...value, canonical: toCanonical, cleared: null },
  metadata: {
    canonical: toCanonical,
    cleared: {},
    view: { kind: "text" },
    maxLength: 512,
    // The API allows 16; three are the marker's, and one describes the store's files.
    maxKeys: 12,
    isEvaluated: false,
    isKeyed: true,
  },
};

export const vectorStoreKind: ResourceKind<VectorStoreSpec> = {
  name: "vector_store",
  nouns: { one: "vector store", many: "vector stores" },
  isMarked: true,
  isOptional: true,
  nameOf: ({ name }) => name,
  fields: vectorStoreFields,
};

function canonicalChunking(chunking: VectorStoreSpec["chunking"]) {
  const { max_chunk_size_tokens: size, chunk_overlap_tokens: overlap } = chunking ?? defaultChunking;
  const isDefault = size === defaultChunking.max_chunk_size_tokens && overlap === defaultChunking.chunk_overlap_tokens;
  return isDefault ? null : toCanonical(chunking);
}
