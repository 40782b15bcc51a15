import type { ResponseObject, ResponseStatus, ResponseUsage } from "../wire/response.ts";

/** What can happen to a response. */
export type ResponseHappening =
  | { kind: "start" }
  /** Back to the queue after a restart: it starts over. */
  | { kind: "requeue" }
  | { kind: "complete"; usage: ResponseUsage }
  | { kind: "cut"; reason: "max_output_tokens" | "content_filter"; usage: ResponseUsage }
  | { kind: "fail"; error: { code: string; message: string } }
  | { kind: "cancel" };

/** The statuses that can still change. */
export const activeStatuses = ["queued", "in_progress"] as const satisfies ResponseStatus[];

/** The response after an event, at `now` in seconds; `null` if its status does not accept the event. */
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

/** The service tier of the answer; `auto` leaves the choice to the server, which uses `default`. */
function served({ service_tier: tier }: ResponseObject): Pick<ResponseObject, "service_tier"> {
  return { service_tier: tier === "auto" ? "default" : tier };
}

/** Whether its status can no longer change. */
export function isOver({ status }: Pick<ResponseObject, "status">): boolean {
  return !activeStatuses.some((active) => active === status);
}
