import { errorBody, ApiFailure } from "../http/errors.ts";
import { stepToWire } from "../wire/step.ts";
import type { Bus } from "./bus.ts";
import type { StreamEvent } from "./events.ts";

/** What a stream shows. */
export interface StreamOptions {
  /** Told before anything else. */
  first?: StreamEvent;
  /** Whether steps carry what found passages say. */
  withContent: boolean;
}

/**
 * Streams what happens to a run from now on, until it is over or waits for outputs. A client that goes away only stops listening.
 */
export function streamRun(bus: Bus, runId: string, { first, withContent }: StreamOptions): Response {
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
      const send = (event: string, data: string): void => {
        if (unsent === "") sending = setImmediate(flush);
        unsent += `event: ${event}\ndata: ${data}\n\n`;
      };
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
      stop = bus.subscribe(runId, {
        event: tell,
        broken() {
          send("error", JSON.stringify(errorBody(broken)));
          finish();
        },
      });
      if (first) tell(first);
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
