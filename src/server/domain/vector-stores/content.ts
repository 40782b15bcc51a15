import type { Services } from "../../services.ts";

/** The text of a file as it was indexed, put together from its chunks, which overlap. */
export function indexedText({ chunks }: Pick<Services, "chunks">, vectorStoreId: string, fileId: string): string {
  let text = "";
  for (const chunk of chunks.ofFile(vectorStoreId, fileId)) text += chunk.text.slice(text.length - chunk.start);
  return text;
}
