import type { MiddlewareHandler } from "hono";
import type { Services } from "../../services.ts";

/** What a request carries along while it is answered. */
export interface Answers {
  Variables: { requestId: string };
}

/** The headers that every answer has. */
export const answerHeaderNames = [
  "openai-version",
  "openai-processing-ms",
  "openai-poll-after-ms",
  "x-request-id",
] as const;

/** Gives every answer the API's headers, and the log its entry. Without the poll header clients wait seconds between polls. */
export function answerHeaders({ clock, ids, limits, log }: Services): MiddlewareHandler<Answers> {
  const dateOf = createDateText();
  return async (context, next) => {
    const started = clock.now();
    const requestId = ids("req_");
    context.set("requestId", requestId);
    await next();
    const milliseconds = clock.now() - started;
    const { headers, status } = context.res;
    // By the clock that objects are dated with, whoever carries the answer.
    headers.set("date", dateOf(started));
    headers.set("openai-version", "2020-10-01");
    headers.set("openai-processing-ms", String(Math.round(milliseconds)));
    headers.set("openai-poll-after-ms", String(limits.pollAfterMs));
    headers.set("x-request-id", requestId);
    const { method, path } = context.req;
    log({ kind: "request", requestId, method, path, status, milliseconds });
  };
}

/** The text of a time in milliseconds, as a `date` header has it; made once a second. */
function createDateText(): (milliseconds: number) => string {
  let made = { second: NaN, text: "" };
  return (milliseconds) => {
    const second = Math.floor(milliseconds / 1000);
    if (made.second !== second) made = { second, text: new Date(milliseconds).toUTCString() };
    return made.text;
  };
}
