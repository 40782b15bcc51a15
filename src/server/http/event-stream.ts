/** Where events go that a client is streamed. */
export interface Sink {
  /** An event with JSON, or a text as it is. */
  send: (event: string, data: string) => void;
  /** A comment, which clients pass over. */
  comment: (text: string) => void;
  /** Ends the stream. */
  finish: () => void;
}

const encoder = new TextEncoder();

/**
 * Answers with a stream of server-sent events. `start` begins to fill it, and gives what ends that; it is called when the stream is over, whoever ended it. A client
 * that goes away only stops listening.
 */
export function eventStream(start: (sink: Sink) => () => void): Response {
  let stop = (): void => {};
  let unsent = "";
  let sending: NodeJS.Immediate | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let isOver = false;
      const flush = (): void => {
        clearImmediate(sending);
        if (unsent !== "") controller.enqueue(encoder.encode(unsent));
        unsent = "";
      };
      /** What happens in one turn of the event loop is sent as one chunk: chunks cost more than what is in them. */
      const write = (text: string): void => {
        if (isOver) return;
        if (unsent === "") sending = setImmediate(flush);
        unsent += `${text}\n\n`;
      };
      const stopFilling = start({
        send: (event, data) => write(`event: ${event}\ndata: ${data}`),
        comment: write,
        finish() {
          if (isOver) return;
          flush();
          isOver = true;
          stop();
          controller.close();
        },
      });
      stop = () => {
        isOver = true;
        stopFilling();
      };
      if (isOver) stopFilling();
    },
    cancel() {
      stop();
      clearImmediate(sending);
      unsent = "";
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}
