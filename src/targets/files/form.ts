import { createHash } from "node:crypto";
import { fail } from "../../problem.ts";

/** A file to upload. Its bytes are read once, and must match the hash. */
export interface Upload {
  filename: string;
  /** Size and SHA-256 of the bytes when the file was last read. */
  bytes: number;
  sha256: string;
  /** Reads the bytes from their beginning. */
  open(this: void): AsyncIterable<Uint8Array>;
  /** The form's fields before the file. */
  fields: Readonly<Record<string, string>>;
}

/** A multipart body that is read from disk while it is sent, with its headers. */
export interface UploadForm {
  headers: Record<string, string>;
  body: ReadableStream<Uint8Array>;
  /** The error that ended the body early; `null` when there was none. */
  failure(this: void): Error | null;
}

/**
 * The form of an upload. Its length is sent in advance (many proxies accept no chunked uploads), and its end is sent only when the bytes have the
 * expected hash: if they changed meanwhile, no file is created, and the body ends with a ProblemError (`file_changed`). `onSent` is called with the number
 * of bytes of the file that were sent.
 */
export function uploadForm(upload: Upload, boundary: string, onSent: (bytes: number) => void): UploadForm {
  const encoder = new TextEncoder();
  const fields = Object.entries(upload.fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = encoder.encode(
    `${fields.join("")}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${escaped(upload.filename)}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  let failure: Error | null = null;
  return {
    failure: () => failure,
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(head.length + upload.bytes + tail.length),
    },
    body: streamOf(parts(upload, head, tail, onSent), (error) => {
      failure = error;
    }),
  };
}

/** Escapes a quoted string (RFC 2046), which servers decode, unlike the percent encoding of browsers. */
function escaped(filename: string): string {
  return filename
    .toWellFormed()
    .replaceAll(/[\r\n]/g, " ")
    .replaceAll(/["\\]/g, "\\$&");
}

async function* parts(
  { open, bytes, sha256, filename }: Upload,
  head: Uint8Array,
  tail: Uint8Array,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let size = 0;
  yield head;
  for await (const part of open()) {
    size += part.byteLength;
    // More bytes than announced would fail the request with an unhelpful error.
    if (size > bytes) changed(filename);
    hash.update(part);
    yield part;
    onSent(size);
  }
  if (size !== bytes || hash.digest("hex") !== sha256) changed(filename);
  yield tail;
}

function changed(filename: string): never {
  return fail("file_changed", `${filename} changed while it was being uploaded, or since it was planned`, {
    hint: "No file was created. Run the command again.",
  });
}

/** A stream that reads only on demand, so that at most one part is in memory. */
function streamOf(source: AsyncGenerator<Uint8Array>, onFailure: (error: Error) => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const next = await source.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          onFailure(error as Error);
          controller.error(error);
        }
      },
      async cancel() {
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
