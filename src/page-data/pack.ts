/** The ids of the data blocks in a report, each of which is deflated and base64-encoded. A served page has the empty block `live` instead. */
export const blocks = {
  head: "playbill-head",
  index: "playbill-index",
  pack: "playbill-pack",
  live: "playbill-live",
} as const;

/** The value in a chunk. Throws an error when it is damaged. */
export async function decodeChunk<T>(chunk: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await decodeBytes(chunk))) as T;
}

/** The bytes in a chunk. Throws an error when it is damaged. */
export async function decodeBytes(chunk: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(chunk), (character) => character.charCodeAt(0));
  const inflated = new Response(packed).body?.pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}
