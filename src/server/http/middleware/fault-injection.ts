import type { MiddlewareHandler } from "hono";
import { ApiFailure } from "../errors.ts";
import type { Clock } from "../../../kit/clock.ts";
import type { ResponseFaults } from "./response-faults.ts";

/** Faults to inject, to test a client's retries. Rates are from 0 to 1. */
export interface Chaos extends ResponseFaults {
  /** Requests refused with 429. */
  rateLimited: number;
  /** Requests answered with 500. */
  failing: number;
  /** Event streams that are cut after their first event. */
  dropped: number;
  /** Files of vector stores whose indexing fails with a server error. */
  notIndexed: number;
  /** Added to every request, in milliseconds. */
  latency: number;
  /** From 0 to 1, for example `Math.random`. */
  random: () => number;
}

/** Injects the requested faults. */
export function injectFaults(chaos: Chaos, clock: Clock): MiddlewareHandler {
  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => void clock.after(milliseconds, resolve));
  return async (context, next) => {
    if (chaos.latency > 0) await wait(chaos.latency);
    if (chaos.random() < chaos.rateLimited) {
      context.header("retry-after", String(Math.ceil(limitedFor / 1_000)));
      context.header("retry-after-ms", String(limitedFor));
      throw new ApiFailure(429, "Rate limit reached.", { type: "requests", code: "rate_limit_exceeded" });
    }
    if (chaos.random() < chaos.failing)
      throw new ApiFailure(500, "The server had an error while processing your request.", { type: "server_error" });
    await next();
    const streams = context.res.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    if (streams && context.res.body && chaos.random() < chaos.dropped) {
      context.res = new Response(
        firstEvent(context.res.body, () => wait(untilSent)),
        context.res,
      );
      // Without it the HTTP server would read ahead, and answer 500 instead of starting a stream and cutting it.
      context.res.headers.set("transfer-encoding", "chunked");
    }
  };
}

/** The milliseconds in `retry-after-ms`; `retry-after` has whole seconds. The original sends both. */
const limitedFor = 200;

/** Milliseconds for the first event to leave the machine before the connection is cut. */
const untilSent = 20;

function firstEvent(body: ReadableStream<Uint8Array>, sent: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async start(controller) {
      const { value } = await reader.read();
      const text = new TextDecoder().decode(value);
      controller.enqueue(new TextEncoder().encode(text.slice(0, text.indexOf("\n\n") + 2)));
    },
    async pull(controller) {
      await Promise.all([reader.cancel(), sent()]);
      controller.error(new Error("the stream was dropped by fault injection"));
    },
  });
}
