/** What is read of the headers of an answer. */
export type AnswerHeaders = Pick<Headers, "get">;

/** The bytes of an answer, piece by piece, as a stream's reader gives them. */
export interface Pieces {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  /** Lets go of what was not read. */
  cancel(reason?: unknown): Promise<void>;
}

/** An answer to a request, as far as it is read here; a `Response` is one. */
export interface Answer {
  status: number;
  /** The status is one of success. */
  ok: boolean;
  headers: AnswerHeaders;
  body: { getReader(): Pieces } | null;
  /** The whole body. */
  arrayBuffer(): Promise<ArrayBuffer>;
  /** The whole body, which is UTF-8. */
  text(): Promise<string>;
}

/** An answer with these pieces. `Response` would do it too, but loading that takes as long as starting Node. */
export function createAnswer({ status, headers }: Pick<Answer, "status" | "headers">, pieces: Pieces): Answer {
  const bytes = async () => Buffer.concat(await Array.fromAsync(read(pieces)));
  return {
    status,
    ok: status >= 200 && status < 300,
    headers,
    body: { getReader: () => pieces },
    arrayBuffer: async () => new Uint8Array(await bytes()).buffer,
    text: async () => new TextDecoder().decode(await bytes()),
  };
}

async function* read(pieces: Pieces): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await pieces.read();
    if (value !== undefined) yield value;
    if (done) return;
  }
}
