/** An upload whose bytes come when the test says so. */
export interface SlowUpload {
  /** Sends so many bytes. */
  send(bytes: number): void;
  /** Ends the form; what the server answers is `response`. */
  finish(): void;
  response: Promise<Response>;
}

const megabyte = Buffer.alloc(1024 * 1024, "x");

/** Begins to upload a file to a server; `fetch` and `baseURL` say which. */
export function beginUpload(
  fetch: (input: string, init: RequestInit) => Promise<Response>,
  baseURL: string,
): SlowUpload {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const write = (bytes: Uint8Array): void => void writer.write(bytes).catch(() => {});
  const part = (name: string, more = ""): Uint8Array =>
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`);
  write(part("purpose"));
  write(Buffer.from("batch\r\n"));
  write(part("file", '; filename="a.bin"'));
  const response = fetch(`${baseURL}/files`, {
    method: "POST",
    body: readable,
    headers: { "content-type": "multipart/form-data; boundary=b" },
    duplex: "half",
  });
  return {
    send(bytes) {
      for (let left = bytes; left > 0; left -= megabyte.length) write(megabyte.subarray(0, left));
    },
    finish() {
      write(Buffer.from("\r\n--b--\r\n"));
      void writer.close().catch(() => {});
    },
    response,
  };
}
