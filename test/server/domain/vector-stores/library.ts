import type { TestServer } from "../../harness.ts";

/** Uploads a text for assistants and gives its id. */
export async function uploadText({ client }: TestServer, name: string, text: string): Promise<string> {
  return (await client.files.create({ file: new File([text], name), purpose: "assistants" })).id;
}

/** Waits until everything in a vector store is indexed. */
export async function settled({ services }: TestServer, vectorStoreId: string): Promise<void> {
  await services.indexer.settled([vectorStoreId], AbortSignal.timeout(60_000));
}

/** A vector store of texts by their filenames, indexed. */
export async function storeOf(
  server: TestServer,
  texts: Record<string, string>,
): Promise<{ id: string; fileIds: string[] }> {
  const fileIds = await Promise.all(Object.entries(texts).map(([name, text]) => uploadText(server, name, text)));
  const { id } = await server.client.vectorStores.create({ file_ids: fileIds });
  await settled(server, id);
  return { id, fileIds };
}
