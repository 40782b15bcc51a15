import type { Blobs } from "../store/store.ts";
import type { FileObject } from "../wire/file.ts";

/** Answers with the bytes of a file. */
export function fileContent(
  blobs: Blobs,
  { id, bytes, filename }: Pick<FileObject, "id" | "bytes" | "filename">,
): Response {
  return new Response(content(blobs, id), {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(bytes),
      "content-disposition": `attachment; filename*=UTF-8''${encodeFilename(filename)}`,
    },
  });
}

/** The parts of a file, each read when the client is ready for it. */
function content(blobs: Blobs, id: string): ReadableStream<Uint8Array> {
  const parts = blobs.parts(id)[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

/** Encodes a file name according to RFC 8187. */
function encodeFilename(filename: string): string {
  return encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
