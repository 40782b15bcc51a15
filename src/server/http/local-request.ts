/** A request without a body, or with a text. */
export interface LocalInit extends Omit<RequestInit, "body" | "signal"> {
  body?: string | null;
  signal?: null;
}

/** True for what `localRequest` takes: no bytes, form, stream or signal. */
export function isLocalInit(init: RequestInit | undefined): init is LocalInit | undefined {
  return typeof (init?.body ?? "") === "string" && !init?.signal;
}

/**
 * A Request of a caller in this process. It has the parts that routes read, and creates a real Request for any other part: the streams
 * of a real one take longer to create than most responses.
 */
export function localRequest(url: string, init: LocalInit = {}): Request {
  return new LocalRequest(url, init) as unknown as Request;
}

class LocalRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly #text: string | null;
  #real: Request | null = null;

  constructor(url: string, { method = "GET", headers, body = null }: LocalInit) {
    this.url = new URL(url).href;
    this.method = method.toUpperCase();
    this.headers = new Headers(headers);
    this.#text = body;
    // A body of a known size is read at once.
    if (body !== null) this.headers.set("content-length", String(Buffer.byteLength(body)));
  }

  async text(): Promise<string> {
    return this.#real === null ? (this.#text ?? "") : this.#real.text();
  }

  get #request(): Request {
    return (this.#real ??= new Request(this.url, { method: this.method, headers: this.headers, body: this.#text }));
  }

  get body(): Request["body"] {
    return this.#text === null ? null : this.#request.body;
  }

  get bodyUsed(): boolean {
    return this.#real?.bodyUsed ?? false;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  async json(): Promise<unknown> {
    return this.#request.json();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#request.arrayBuffer();
  }

  async blob(): Promise<Blob> {
    return this.#request.blob();
  }

  async formData(): Promise<FormData> {
    return this.#request.formData();
  }

  clone(): Request {
    return this.#request.clone();
  }
}
