import type { ResponseObject, ResponseStatus, ResponseUsage } from "../wire/response.ts";

/** What can happen to a response. */
export type ResponseHappening =
  | { kind: "start" }
  /** Back to the queue after a restart: it begins from nothing. */
  | { kind: "requeue" }
  | { kind: "complete"; usage: ResponseUsage }
  | { kind: "cut"; reason: "max_output_tokens" | "content_filter"; usage: ResponseUsage }
  | { kind: "fail"; error: { code: string; message: string } }
  | { kind: "cancel" };

/** In these something can still happen. */
export const activeStatuses = ["queued", "in_progress"] as const satisfies ResponseStatus[];

/** The response after what happens to it, at `now` in seconds; `null` when its status does not accept that. */
export function next(response: ResponseObject, happening: ResponseHappening, now: number): ResponseObject | null {
  const { status } = response;
  switch (happening.kind) {
    case "start":
      return status === "queued" ? { ...response, status: "in_progress" } : null;
    case "requeue":
      return status === "in_progress" ? { ...response, status: "queued", output: [] } : null;
    case "complete":
      return status === "in_progress"
        ? { ...response, ...served(response), status: "completed", completed_at: now, usage: happening.usage }
        : null;
    case "cut":
      return status === "in_progress"
        ? {
            ...response,
            ...served(response),
            status: "incomplete",
            incomplete_details: { reason: happening.reason },
            usage: happening.usage,
          }
        : null;
    case "fail":
      return isOver(response) ? null : { ...response, status: "failed", error: happening.error };
    case "cancel":
      return isOver(response) ? null : { ...response, status: "cancelled" };
  }
}

/** The tier that a response was served at; which it is to be is left to the server by `auto`. */
function served({ service_tier: tier }: ResponseObject): Pick<ResponseObject, "service_tier"> {
  return { service_tier: tier === "auto" ? "default" : tier };
}

/** Whether nothing more can happen to it. */
export function isOver({ status }: Pick<ResponseObject, "status">): boolean {
  return !activeStatuses.some((active) => active === status);
}
