import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { compareText } from "../../kit/json.ts";
import { filesOfStore } from "../resolve-vector-store.ts";
import type { WrittenVectorStore } from "../schemas/vector-store.ts";
import type { Rule } from "./rule.ts";
import { ignoredExist } from "./assistant.ts";

/** The API takes an overlap of at most half a chunk. */
export const overlapFits: Rule<WrittenVectorStore> = ({ value: { chunking } }) => {
  if (!chunking || chunking.chunk_overlap_tokens <= chunking.max_chunk_size_tokens / 2) return [];
  const most = Math.floor(chunking.max_chunk_size_tokens / 2);
  const message = `"chunk_overlap_tokens" must be at most half of "max_chunk_size_tokens", ${most}`;
  return [{ path: ["chunking", "chunk_overlap_tokens"], code: "out_of_range", message }];
};

/** The most files that the API takes in a vector store. */
const mostFiles = 10_000;

/** The API takes so many files in a vector store. */
export const filesFit: Rule<WrittenVectorStore> = (declared, draft) => {
  const named = declared.value.files.filter((file) => typeof file !== "string").length;
  const count = filesOfStore(declared, draft).size + named;
  if (count <= mostFiles) return [];
  const message = `the vector store would have ${count} files; the API takes at most ${mostFiles}`;
  return [{ path: ["files"], at: "key", code: "too_many", message }];
};

/** No two files of a store have paths that are equal but for case: on most disks of Windows and macOS they are one file. */
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
      const message = `${names} are equal but for case, and one file on many disks`;
      return { path: group[0]?.[1] ?? [], code: "duplicate_address", message, hint: "Rename one of them." };
    });
};

/** What is ignored is a field of a vector store, or one key of its metadata. */
export const ignoredStoreFieldsExist: Rule<WrittenVectorStore> = ({ value }) =>
  ignoredExist(value.ignore ?? [], Object.keys(vectorStoreKind.fields), "a vector store");
