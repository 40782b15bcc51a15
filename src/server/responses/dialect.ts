import type { Dialect, Projection, Recovery } from "../engine/dialect.ts";
import type { Move } from "../engine/journal.ts";
import type { Stop } from "../engine/stop.ts";
import { refuse } from "../http/errors.ts";
import { seconds, type LogEntry, type Services } from "../services.ts";
import type { ResponseEvent, ResponseObject } from "../wire/response.ts";
import { type ResponseShape, toldOfChange, writesOf } from "./changes.ts";
import { notStored, removeResponse, responses, type ResponseRecord } from "./kinds.ts";
import { sweepContainers } from "./containers.ts";
import { createResponseProjection } from "./projection.ts";
import { activeStatuses, isOver, next, type ResponseHappening } from "./state.ts";
import { taskOf } from "./task.ts";

/** Responses, as the engine executes them. */
export function createResponseDialect(services: Services): Dialect<ResponseShape> {
  const { store, clock } = services;
  return {
    records: responses,
    activeStatuses,
    start: [{ kind: "start" }],
    next(record, event, now) {
      const response = next(record.response, event, now);
      return response && counted({ ...record, response });
    },
    isInProgress: ({ response }) => response.status === "in_progress",
    isWaiting: () => false,
    isStopped: ({ response }) => response.status === "cancelled",
    expiresAt: ({ response }) => response.created_at + services.limits.runSeconds,
    toldOfNew: (record) => [{ type: "response.created", response: begun(record), sequence_number: 0 }],
    toldOfStatus: (record) => numbered(eventsOf(record.response), record.told),
    toldOfChange,
    numberOf: (event) => event.sequence_number + 1,
    writesOf,
    logged,
    taskOf: (record) => taskOf(services, record),
    project: (journal, record) => createResponseProjection(services, journal, record),
    recoveryOf: async ({ response, isShown }) => recoveryOf(response, isShown),
    ending: async (_, record, stop, projection) => ending(record, stop, projection),
    async cleanUp(id) {
      const record = await store.get(responses, id);
      if (record && responses.tag(record) === notStored) await removeResponse(store, record);
    },
    async sweep() {
      for (const record of await store.all(responses, { tags: [notStored] })) await removeResponse(store, record);
      await sweepContainers(services);
    },
    cancelled(record) {
      if (!record.response.background)
        refuse("Only responses created with background=true can be cancelled.", { param: "response_id" });
      // A repeated cancellation gets the same answer: https://platform.openai.com/docs/guides/background
      if (record.response.status === "cancelled") return record;
      const cancelled = next(record.response, { kind: "cancel" }, seconds(clock));
      return cancelled ? counted({ ...record, response: cancelled }) : refuse(cannotCancel(record.response));
    },
  };
}

function cannotCancel({ status }: ResponseObject): string {
  return `Cannot cancel a response with status '${status}'.`;
}

/** The record, with the events of its new status counted. */
function counted(record: ResponseRecord): ResponseRecord {
  return { ...record, told: record.told + eventsOf(record.response).length };
}

/** The response at its start; only background responses are shown as queued. */
export function begun({ response, tier }: ResponseRecord): ResponseObject {
  return {
    ...response,
    service_tier: tier,
    status: response.background ? "queued" : "in_progress",
    output: [],
    completed_at: null,
    usage: null,
    error: null,
    incomplete_details: null,
  };
}

/** The events of a status, before they get their numbers. */
export function eventsOf(response: ResponseObject): Omit<ResponseEvent, "sequence_number">[] {
  switch (response.status) {
    case "queued":
      return response.background ? [{ type: "response.queued", response }] : [];
    case "failed": {
      const { code, message } = response.error ?? { code: "server_error", message: "" };
      return [
        { type: "error", error: { type: code, code, message, param: null } },
        { type: "response.failed", response },
      ];
    }
    default:
      return [{ type: `response.${response.status}`, response }];
  }
}

/** Numbers the events that are the last of `told`. */
export function numbered(events: readonly Omit<ResponseEvent, "sequence_number">[], told: number): ResponseEvent[] {
  return events.map((event, index) => ({ ...event, sequence_number: told - events.length + index }) as ResponseEvent);
}

/** Logs why a response did not complete: a client that requested it in the background may never look. */
function logged(
  { id: runId, conversationId, response, usage }: ResponseRecord,
  now: number,
  remark: string | null,
): LogEntry | null {
  const { status, error, incomplete_details: details } = response;
  if (status === "queued" || status === "in_progress") return null;
  const reason = {
    failed: `${error?.code}: ${error?.message}`,
    incomplete: details?.reason ?? null,
    completed: remark,
    cancelled: null,
  }[status];
  return {
    kind: "run",
    runId,
    threadId: conversationId ?? "",
    status,
    reason,
    usage,
    seconds: now - response.created_at,
  };
}

/** A response that was partly streamed cannot be restarted: it would be shown twice. */
function recoveryOf(response: ResponseObject, isShown: boolean): Recovery<ResponseShape> {
  if (response.status === "queued") return { kind: "begin", events: [{ kind: "start" }] };
  if (response.status !== "in_progress") return { kind: "watch" };
  const message = "The server stopped while it was processing the response.";
  return isShown
    ? { kind: "stop", stop: { kind: "fail", error: { code: "server_error", message } } }
    : { kind: "begin", events: [{ kind: "requeue" }, { kind: "start" }] };
}

function ending(
  current: ResponseRecord,
  stop: Stop,
  projection: Projection<ResponseShape> | null,
): Move<ResponseShape> | null {
  if (isOver(current.response)) return null;
  if (stop.kind === "release") {
    const waitsAgain = current.response.status === "in_progress" && projection?.isOpen() !== true;
    return waitsAgain ? { events: [{ kind: "requeue" }] } : null;
  }
  const shown = projection?.record();
  const record = shown
    ? { ...current, told: shown.told, response: { ...current.response, output: shown.response.output } }
    : current;
  return { events: [happeningOf(stop)], changes: projection?.closing(stop) ?? [], record };
}

function happeningOf(stop: Exclude<Stop, { kind: "release" }>): ResponseHappening {
  switch (stop.kind) {
    case "cancel":
      return { kind: "cancel" };
    case "expire":
      return { kind: "fail", error: { code: "server_error", message: "The response took too long." } };
    case "fail":
      return { kind: "fail", error: stop.error };
  }
}
