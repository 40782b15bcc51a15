import type { MiddlewareHandler } from "hono";
import type { Services } from "../../services.ts";
import type { Asked } from "../asked.ts";

/** The headers of every answer. */
export const answerHeaderNames = [
  "openai-version",
  "openai-processing-ms",
  "openai-poll-after-ms",
  "x-request-id",
] as const;

/** Adds the API's headers to every answer, and an entry to the log. Without the poll header clients wait seconds between polls. */
export function answerHeaders({ clock, limits, log }: Services): MiddlewareHandler<Asked> {
  const dateOf = createDateText();
  return async (context, next) => {
    const started = clock.now();
    const { requestId } = context.env;
    await next();
    const milliseconds = clock.now() - started;
    const { headers, status } = context.res;
    // From the same clock as the dates of objects, not from the HTTP server.
    headers.set("date", dateOf(started));
    headers.set("openai-version", "2020-10-01");
    headers.set("openai-processing-ms", String(Math.round(milliseconds)));
    headers.set("openai-poll-after-ms", String(limits.pollAfterMs));
    headers.set("x-request-id", requestId);
    const { method, path } = context.req;
    const { key, project, route } = context.env;
    log({ kind: "request", requestId, key, project, method, path, route, status, milliseconds });
  };
}

/** Creates the function that formats a time in milliseconds as a `date` header, computed once per second. */
function createDateText(): (milliseconds: number) => string {
  let made = { second: NaN, text: "" };
  return (milliseconds) => {
    const second = Math.floor(milliseconds / 1000);
    if (made.second !== second) made = { second, text: new Date(milliseconds).toUTCString() };
    return made.text;
  };
}
