import { files, sandboxFiles } from "../domain/kinds.ts";
import type { Services } from "../services.ts";
import type { CitedFiles } from "./message-writer.ts";

/** The files that a message can refer to: those found by file search, and those of the container. */
export async function citedFiles(
  { store }: Pick<Services, "store">,
  containerId: string | null,
  citations: Readonly<Record<string, string>>,
  drawn: readonly string[],
): Promise<CitedFiles> {
  const written = containerId === null ? [] : await store.all(sandboxFiles, { parent: containerId });
  const ids = new Set([...Object.values(citations), ...drawn]);
  const named = await Promise.all([...ids].map(async (id) => [id, (await store.get(files, id))?.filename ?? ""]));
  return {
    citations,
    paths: Object.fromEntries(written.map(({ path, file_id: fileId }) => [path, fileId])),
    containerId,
    filenames: Object.fromEntries(named) as Record<string, string>,
    drawn,
  };
}
