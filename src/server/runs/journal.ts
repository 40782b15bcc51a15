import { seconds, type Log, type Services } from "../services.ts";
import { type Message } from "../wire/message.ts";
import type { Run } from "../wire/run.ts";
import { type RunStep } from "../wire/step.ts";
import { inserted, replaced, type Revision, type Store, type Write } from "../store/store.ts";
import type { Bus } from "./bus.ts";
import { next, type RunEvent } from "./state.ts";
import { messages, runs, type RunRecord, steps } from "../domain/kinds.ts";
import type { StreamEvent } from "./bus.ts";

/** The run was deleted, or another engine has it. */
export class RunGone extends Error {}
/** The run's status does not accept what was about to happen; somebody cancelled it meanwhile. */
export class RunMoved extends Error {}

/** A change of a run's objects that is written and then told. A new object is `created` and in progress at once. */
export type Change =
  | { kind: "new step"; step: RunStep }
  | { kind: "step"; step: RunStep }
  | { kind: "new message"; message: Message }
  | { kind: "message"; message: Message };

/** What becomes of a run, written as one. */
export interface Move {
  /** What happens to it, in order. A run to which nothing happens must be in progress. */
  events?: readonly RunEvent[];
  changes?: readonly Change[];
  /** The record before it moves, when it changes too. */
  record?: RunRecord;
  /** Is given the record after it moved; runs like what is given to `Store.afterCommit`, once it was told. */
  afterCommit?: (moved: RunRecord) => void;
}

/** Writes what happens to runs and, once that is committed, tells it: before anything else is committed, so it is told in the order of commits. */
export interface Journal {
  /** Stores a run of this engine and what happens to it at once, in the transaction of `store`; gives it as it is then. */
  begin(store: Store, queued: RunRecord, events: readonly RunEvent[]): Promise<RunRecord>;
  /** Moves a run on as `decide` says, which sees it as it is then; gives the record after that. Rejects with RunGone and RunMoved. */
  move(runId: string, decide: (record: RunRecord) => Move): Promise<RunRecord>;
  /** The same when it takes more of the store to decide. `null` leaves the run as it is. */
  decide(runId: string, decide: Decide): Promise<RunRecord>;
  /**
   * The same for whichever engine has the run: a run that waits for outputs goes on in the engine that is given them. Gives the record after each event.
   */
  claim(runId: string, decide: Decide): Promise<RunRecord[]>;
  /** Tells without writing. */
  tell(runId: string, event: StreamEvent): void;
}

/** Says how a run moves on that stands as `record`, in the transaction of `store`. */
export type Decide = (record: RunRecord, store: Store) => Promise<Move | null>;

/** The journal of one engine. */
export function createJournal(
  { store, clock, log }: Pick<Services, "store" | "clock" | "log">,
  bus: Bus,
  engine: string,
): Journal {
  const tellStage = (run: Run): void => {
    logEnd(log, run);
    bus.publish(run.id, { event: `thread.run.${run.status}`, data: run });
  };
  const stagesOf = (record: RunRecord, events: readonly RunEvent[]): RunRecord[] => {
    let current = record;
    return events.map((event) => {
      const run = next(current.run, event, seconds(clock));
      if (!run) throw new RunMoved(record.id);
      current = { ...current, run };
      return current;
    });
  };
  const revisionOf = (current: RunRecord, move: Move): Revision<RunRecord[]> => {
    const { events = [], changes = [], record = current } = move;
    if (events.length === 0 && current.run.status !== "in_progress") throw new RunMoved(current.id);
    const stages = stagesOf(record, events);
    const last = stages.at(-1) ?? record;
    return {
      writes: [...changes.map(writeOf), ...(last === current ? [] : [replaced(runs, last)])],
      afterCommit() {
        for (const change of changes) for (const event of eventsOf(change)) bus.publish(current.id, event);
        for (const { run } of stages) tellStage(run);
        move.afterCommit?.(last);
      },
      result: stages.length === 0 ? [last] : stages,
    };
  };
  const decideWith = async (
    find: (record: RunRecord | null, runId: string) => RunRecord,
    runId: string,
    decide: Decide,
  ): Promise<RunRecord[]> => {
    const { run } = find(await store.get(runs, runId), runId);
    return store.transaction(
      async (tx) => {
        const current = find(await tx.get(runs, runId), runId);
        const move = await decide(current, tx);
        if (move === null) return [current];
        return tx.revise(runs, runId, () => revisionOf(current, move));
      },
      { thread: run.thread_id },
    );
  };
  const own = (record: RunRecord | null, runId: string): RunRecord => {
    if (!record || record.engine !== engine) throw new RunGone(runId);
    return record;
  };
  const anyones = (record: RunRecord | null, runId: string): RunRecord => {
    if (!record) throw new RunGone(runId);
    return record.run.status === "requires_action" ? { ...record, engine } : record;
  };

  return {
    async begin(tx, queued, events) {
      const stages = stagesOf(queued, events);
      const last = stages.at(-1) ?? queued;
      await tx.insert(runs, last);
      tx.afterCommit(() => {
        bus.publish(queued.id, { event: "thread.run.created", data: queued.run });
        for (const { run } of [queued, ...stages]) tellStage(run);
      });
      return last;
    },
    async move(runId, decide) {
      const stages = await store.revise(runs, runId, (record) => {
        const current = own(record, runId);
        return revisionOf(current, decide(current));
      });
      return lastOf(stages);
    },
    decide: async (runId, decide) => lastOf(await decideWith(own, runId, decide)),
    claim: (runId, decide) => decideWith(anyones, runId, decide),
    tell: (runId, event) => bus.publish(runId, event),
  };
}

function lastOf(stages: readonly RunRecord[]): RunRecord {
  const last = stages.at(-1);
  if (!last) throw new Error("a run without a record");
  return last;
}

/** A run's client was answered 200 long before; why the run did not come to its end is in the log. */
function logEnd(
  log: Log,
  { id: runId, thread_id: threadId, status, last_error: error, incomplete_details: details }: Run,
): void {
  if (status !== "failed" && status !== "expired" && status !== "incomplete") return;
  const why = {
    failed: `${error?.code}: ${error?.message}`,
    expired: "its time was over",
    incomplete: details?.reason,
  };
  log({ kind: "run", runId, threadId, status, reason: why[status] ?? "" });
}

function writeOf(change: Change): Write {
  switch (change.kind) {
    case "new step":
      return inserted(steps, change.step);
    case "step":
      return replaced(steps, change.step);
    case "new message":
      return inserted(messages, change.message);
    case "message":
      return replaced(messages, change.message);
  }
}

function eventsOf(change: Change): StreamEvent[] {
  switch (change.kind) {
    case "new step":
      return [
        { event: "thread.run.step.created", data: change.step },
        { event: "thread.run.step.in_progress", data: change.step },
      ];
    case "step":
      return change.step.status === "in_progress"
        ? []
        : [{ event: `thread.run.step.${change.step.status}`, data: change.step }];
    case "new message":
      return [
        { event: "thread.message.created", data: change.message },
        { event: "thread.message.in_progress", data: change.message },
      ];
    case "message":
      return [{ event: `thread.message.${change.message.status}`, data: change.message }];
  }
}
