import type { MiddlewareHandler } from "hono";
import { ApiFailure } from "../errors.ts";
import type { Clock } from "../services.ts";

/** Trouble to make on purpose, so that a client's retries can be tried out. Rates are from 0 to 1. */
export interface Chaos {
  /** Requests refused with 429. */
  rateLimited: number;
  /** Requests answered with 500. */
  failing: number;
  /** Event streams that break off after their first part. */
  dropped: number;
  /** Added to every request, in milliseconds. */
  latency: number;
  /** From 0 to 1, for example `Math.random`. */
  random: () => number;
}

/** Makes the trouble asked for. */
export function makeTrouble(chaos: Chaos, clock: Clock): MiddlewareHandler {
  return async (context, next) => {
    if (chaos.latency > 0) await new Promise<void>((resolve) => clock.after(chaos.latency, resolve));
    if (chaos.random() < chaos.rateLimited)
      throw new ApiFailure(429, "Rate limit reached.", { type: "requests", code: "rate_limit_exceeded" });
    if (chaos.random() < chaos.failing)
      throw new ApiFailure(500, "The server had an error while processing your request.", { type: "server_error" });
    await next();
    const streams = context.res.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    if (streams && context.res.body && chaos.random() < chaos.dropped)
      context.res = new Response(firstPart(context.res.body), context.res);
  };
}

function firstPart(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async start(controller) {
      const { value } = await reader.read();
      if (value) controller.enqueue(value);
    },
    async pull(controller) {
      await reader.cancel();
      controller.error(new Error("the stream was dropped on purpose"));
    },
  });
}
