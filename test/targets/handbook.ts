import { fileKind } from "../../src/resources/file/kind.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import type { StoreMember, VectorStoreSpec } from "../../src/resources/vector-store/spec.ts";
import type { Live } from "../../src/resources/resource.ts";
import type { Work } from "../../src/targets/target.ts";
import { newFile, startKnowledge } from "./knowledge.ts";
import { isSameField } from "../../src/resources/canonical-fields.ts";

/** The marker of `handbook`. */
export const marker = { owner: "desk/prod/vector_store.handbook", spec: "2 files=abc", rev: "" };

/** The registry of a target, and texts by their paths to sync there. */
export async function openRegistry() {
  const side = await startKnowledge();
  const { registry } = side;
  const contents = new Map<string, ReturnType<typeof newFile>>();
  const made: string[] = [];
  const work: Work = {
    contentOf: (sha256) => contents.get(sha256)!.open(),
    onProgress: () => {},
    onMade: async (id) => void made.push(id),
    isOwn: () => false,
    lifetime: null,
    replaces: null,
  };
  return {
    side,
    registry,
    made,
    work,
    members: (texts: Record<string, string>): Promise<StoreMember[]> =>
      Promise.all(
        Object.entries(texts).map(async ([path, text]) => {
          const file = newFile(path.replace(/.*\//, ""), text);
          const { sha256, filename, bytes } = file;
          contents.set(sha256, file);
          const { id } = await registry.create(fileKind, { filename, bytes, sha256 }, null, work);
          return { file: id, path, sha256 };
        }),
      ),
    stores: () => Array.fromAsync(registry.list(vectorStoreKind)),
  };
}

/** A vector store with these files. */
export function handbook(members: readonly StoreMember[], more: Partial<VectorStoreSpec> = {}): VectorStoreSpec {
  const files = { kind: "members", members } as const;
  return { name: "Handbook", files, chunking: null, expires_after: null, metadata: { team: "hr" }, ...more };
}

/** The fields in which an object is not as the spec says. */
export const isLike = (live: Live<VectorStoreSpec> | null, spec: VectorStoreSpec) =>
  Object.keys(spec).filter((field) => live === null || !isSameField(vectorStoreKind, field, live.spec, spec));
