import type { Services } from "../../services.ts";

/** The text of a file as it was indexed, reassembled from its overlapping chunks. */
export async function indexedText(
  { store }: Pick<Services, "store">,
  vectorStoreId: string,
  fileId: string,
): Promise<string> {
  let text = "";
  for (const chunk of await store.chunks.ofFile(vectorStoreId, fileId))
    text += chunk.text.slice(text.length - chunk.start);
  return text;
}
