import { errorBody, ApiFailure } from "../http/errors.ts";
import { stepToWire } from "../wire/step.ts";
import { type Waits, waitingComment } from "../../kit/waits.ts";
import type { Bus } from "./bus.ts";
import type { StreamEvent } from "./bus.ts";

/** What a stream shows. */
export interface StreamOptions {
  /** Told before anything else. */
  first?: StreamEvent;
  /** Whether steps carry what found passages say. */
  withContent: boolean;
}

/** Where a stream learns what happens to a run, and what it waits for. */
export interface StreamSources {
  bus: Bus;
  waits: Waits;
}

/**
 * Streams what happens to a run from now on, until it is over or waits for outputs. What it waits for that nobody can speed up is a
 * comment. A client that goes away only stops listening.
 */
export function streamRun(
  { bus, waits }: StreamSources,
  runId: string,
  { first, withContent }: StreamOptions,
): Response {
  let stop = (): void => {};
  let unsent = "";
  let sending: NodeJS.Immediate | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const flush = (): void => {
        clearImmediate(sending);
        if (unsent !== "") controller.enqueue(encoder.encode(unsent));
        unsent = "";
      };
      /** What happens in one turn of the event loop is sent as one chunk: chunks cost more than what is in them. */
      const write = (text: string): void => {
        if (unsent === "") sending = setImmediate(flush);
        unsent += `${text}\n\n`;
      };
      const send = (event: string, data: string): void => write(`event: ${event}\ndata: ${data}`);
      const finish = (): void => {
        stop();
        flush();
        controller.close();
      };
      const tell = (event: StreamEvent): void => {
        send(event.event, JSON.stringify(toWire(event, withContent)));
        if (!endsStream(event)) return;
        send("done", "[DONE]");
        finish();
      };
      const unsubscribe = bus.subscribe(runId, {
        event: tell,
        broken() {
          send("error", JSON.stringify(errorBody(broken)));
          finish();
        },
      });
      if (first) tell(first);
      const unlisten = waits.listen(runId, (reason) => write(waitingComment(reason)));
      stop = () => {
        unsubscribe();
        unlisten();
      };
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

const encoder = new TextEncoder();
const broken = new ApiFailure(500, "The stream broke off.", { type: "server_error" });

function toWire(event: StreamEvent, withContent: boolean): object {
  return event.data.object === "thread.run.step" ? stepToWire(event.data, withContent) : event.data;
}

const lastEvents = new Set(
  ["requires_action", "completed", "failed", "incomplete", "expired", "cancelled"].map(
    (status) => `thread.run.${status}`,
  ),
);

function endsStream({ event }: StreamEvent): boolean {
  return lastEvents.has(event);
}
