import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { compareText } from "../../kit/json.ts";
import { filesOfStore } from "../resolve-vector-store.ts";
import type { WrittenVectorStore } from "../schemas/vector-store.ts";
import type { Rule } from "./rule.ts";
import { ignoredExist } from "./assistant.ts";

/** The overlap must be at most half a chunk, a limit of the API. */
export const overlapFits: Rule<WrittenVectorStore> = ({ value: { chunking } }) => {
  if (!chunking || chunking.chunk_overlap_tokens <= chunking.max_chunk_size_tokens / 2) return [];
  const most = Math.floor(chunking.max_chunk_size_tokens / 2);
  const message = `"chunk_overlap_tokens" must be at most half of "max_chunk_size_tokens", ${most}`;
  return [{ path: ["chunking", "chunk_overlap_tokens"], code: "out_of_range", message }];
};

/** The API's limit of files in a vector store. */
const mostFiles = 10_000;

/** A vector store must not exceed the API's limit of files. */
export const filesFit: Rule<WrittenVectorStore> = (declared, draft) => {
  const named = declared.value.files.filter((file) => typeof file !== "string").length;
  const count = filesOfStore(declared, draft).size + named;
  if (count <= mostFiles) return [];
  const message = `the vector store would have ${count} files, more than the API's limit of ${mostFiles}`;
  return [{ path: ["files"], at: "key", code: "too_many", message }];
};

/** Paths of a store must not differ only in case: on most disks of Windows and macOS they would be one file. */
export const filesDiffer: Rule<WrittenVectorStore> = (declared, draft) => {
  const paths = [...filesOfStore(declared, draft)];
  const groups = Map.groupBy(paths, ([path]) => path.toLowerCase());
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const names = group
        .map(([path]) => `"${path}"`)
        .toSorted(compareText)
        .join(" and ");
      const message = `${names} differ only in case, and are one file on many disks`;
      return { path: group[0]?.[1] ?? [], code: "duplicate_address", message, hint: "Rename one of them." };
    });
};

/** Entries of `ignore` must be fields of a vector store or keys of its metadata. */
export const ignoredStoreFieldsExist: Rule<WrittenVectorStore> = ({ value }) =>
  ignoredExist(value.ignore ?? [], Object.keys(vectorStoreKind.fields), "a vector store");
