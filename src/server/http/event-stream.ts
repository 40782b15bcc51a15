/** The sink of the events that are streamed to a client. */
export interface Sink {
  /** Sends an event with JSON, or with plain text. */
  send: (event: string, data: string) => void;
  /** Sends a comment, which clients ignore. */
  comment: (text: string) => void;
  /** Ends the stream. */
  finish: () => void;
}

const encoder = new TextEncoder();

/**
 * Answers with a stream of server-sent events. `start` begins to fill it and returns a function that stops this, which is called when the stream ends for any reason. A client
 * that disconnects only stops listening.
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
      /** Everything from one turn of the event loop is sent as one chunk, because chunks cost more than their content. */
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
