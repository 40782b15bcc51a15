import { type RunRecord, messages, runs, steps } from "../domain/kinds.ts";
import type { Dialect, Projection, Recovery } from "../engine/dialect.ts";
import type { Move } from "../engine/journal.ts";
import type { Stop } from "../engine/stop.ts";
import { refuse } from "../http/errors.ts";
import { seconds, type LogEntry, type Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import { createAssistantsProjection } from "./assistants-projection.ts";
import { type Change, type RunShape, toldOfChange, writeOf } from "./changes.ts";
import { endMessage, endStep, endOf } from "./objects.ts";
import { activeStatuses, isOver, next, type RunEvent } from "./state.ts";
import { taskOf } from "./task.ts";

/** The dialect of runs of the Assistants API. */
export function createRunDialect(services: Services): Dialect<RunShape> {
  const { clock } = services;
  return {
    records: runs,
    activeStatuses,
    start: [{ kind: "start" }],
    next(record, event, now) {
      const run = next(record.run, event, now);
      return run && { ...record, run };
    },
    isInProgress: ({ run }) => run.status === "in_progress",
    isWaiting: ({ run }) => run.status === "requires_action",
    isStopped: ({ run }) => run.status === "cancelling",
    expiresAt: ({ run }) => run.expires_at,
    toldOfNew: ({ run }) => [{ event: "thread.run.created", data: run }],
    toldOfStatus: ({ run }) => [{ event: `thread.run.${run.status}`, data: run }],
    toldOfChange,
    writesOf: (change) => [writeOf(change)],
    logged,
    taskOf: (record) => taskOf(services, record),
    project: (journal, record) => createAssistantsProjection(services, journal, record),
    recoveryOf: (record) => recoveryOf(services.store, record),
    ending: (store, record, stop, projection) => ending(store, record, stop, projection, seconds(clock)),
    cancelled(record) {
      const run = next(record.run, { kind: "cancel" }, seconds(clock));
      return run ? { ...record, run } : refuse(`Cannot cancel run with status '${record.run.status}'.`);
    },
  };
}

/** The log entry of a finished run. Its client was answered 200 long before, so the log has the reason when it did not complete. */
function logged({ run }: RunRecord, now: number, remark: string | null): LogEntry | null {
  const { id: runId, thread_id: threadId, status, last_error: error, incomplete_details: details } = run;
  if (status === "queued" || status === "in_progress" || status === "requires_action" || status === "cancelling")
    return null;
  const reason = {
    failed: `${error?.code}: ${error?.message}`,
    expired: "it ran out of time",
    incomplete: details?.reason ?? null,
    completed: remark,
    cancelled: null,
  }[status];
  const usage = run.usage ?? { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  return { kind: "run", runId, threadId, status, reason, usage, seconds: now - run.created_at };
}

/** How to recover a run. One with published unfinished objects cannot be started again: they would be published twice. */
async function recoveryOf(store: Store, { id, run }: RunRecord): Promise<Recovery<RunShape>> {
  switch (run.status) {
    case "queued":
      return { kind: "begin", events: [{ kind: "start" }] };
    case "cancelling":
      return { kind: "stop", stop: { kind: "cancel" } };
    case "in_progress": {
      const open = await store.all(steps, { parent: id, tags: ["in_progress"] });
      const written = await store.all(messages, { parent: run.thread_id, tags: [id] });
      const isShown = open.length > 0 || written.some(({ status }) => status === "in_progress");
      const message = "The server stopped while processing the run.";
      return isShown
        ? { kind: "stop", stop: { kind: "fail", error: { code: "server_error", message } } }
        : { kind: "begin", events: [{ kind: "requeue" }, { kind: "start" }] };
    }
    default:
      return { kind: "watch" };
  }
}

/** How a stopped run ends. A released run is queued again unless part of it was already published; one that is being cancelled ends as cancelled, whatever stopped it. */
async function ending(
  store: Store,
  record: RunRecord,
  stop: Stop,
  projection: Projection<RunShape> | null,
  now: number,
): Promise<Move<RunShape> | null> {
  if (isOver(record.run)) return null;
  if (stop.kind === "release") {
    const waitsAgain = record.run.status === "in_progress" && projection?.isOpen() !== true;
    return waitsAgain ? { events: [{ kind: "requeue" }] } : null;
  }
  const why = record.run.status === "cancelling" ? { kind: "cancel" as const } : stop;
  const changes =
    projection?.isOpen() === true ? projection.closing(why) : await closingOfStored(store, record, why, now);
  return { events: [eventOf(why, record)], changes };
}

function eventOf(stop: Exclude<Stop, { kind: "release" }>, { usage }: RunRecord): RunEvent {
  switch (stop.kind) {
    case "cancel":
      return { kind: "cancelled", usage };
    case "expire":
      return { kind: "expire", usage };
    case "fail":
      return { kind: "fail", error: stop.error, usage };
  }
}

/** The changes that end the open objects in the store of a run that no engine runs any more. */
async function closingOfStored(
  store: Store,
  { id, run }: RunRecord,
  stop: Exclude<Stop, { kind: "release" }>,
  now: number,
): Promise<Change[]> {
  const { reason, end } = endOf(stop);
  const written = await store.all(messages, { parent: run.thread_id, tags: [id] });
  const open = await store.all(steps, { parent: id, tags: ["in_progress"] });
  return [
    ...written
      .filter(({ status }) => status === "in_progress")
      .map((message): Change => ({ kind: "message", message: endMessage(message, reason, now) })),
    ...open.map((step): Change => ({ kind: "step", step: endStep(step, end, now) })),
  ];
}
