import { seconds, type Log, type Services } from "../services.ts";
import { type Message } from "../wire/message.ts";
import type { Run } from "../wire/run.ts";
import { type RunStep } from "../wire/step.ts";
import type { Store } from "../store/store.ts";
import type { Bus } from "./bus.ts";
import type { StreamEvent } from "./events.ts";
import { next, type RunEvent } from "./state.ts";
import { messages, runs, type RunRecord, steps } from "../domain/kinds.ts";

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

/** Writes what happens to runs and, once that is committed, tells it: before anything else is committed, so it is told in the order of commits. */
export interface Journal {
  /** Writes changes of steps and messages. Rejects with RunGone, and with RunMoved unless the run is in progress. */
  write(runId: string, changes: Change[]): Promise<void>;
  /** Writes changes and what `revise` makes of the record, as one. Rejects like `write`. */
  revise(runId: string, changes: Change[], revise: (record: RunRecord) => RunRecord): Promise<RunRecord>;
  /** Writes changes and what `revise` makes of the record, and moves the run on, as one. Rejects with RunGone and RunMoved. */
  move(
    runId: string,
    event: RunEvent,
    changes?: Change[],
    revise?: (record: RunRecord) => RunRecord,
  ): Promise<RunRecord>;
  /** Moves a run on as `decide` says, which sees it as it is then; `null` leaves it as it is. Rejects with RunGone and RunMoved. */
  decide(runId: string, decide: Decide): Promise<RunRecord>;
  /** The same for whichever engine has the run: a run that waits for outputs goes on in the engine that is given them. */
  claim(runId: string, decide: Decide): Promise<RunRecord>;
  /** Tells without writing. */
  tell(runId: string, event: StreamEvent): void;
}

/** Says how a run moves on that stands as `record`, in the transaction of `store`. */
export type Decide = (record: RunRecord, store: Store) => Promise<Move | null>;

/** How a run moves on, with everything that changes along. */
export interface Move {
  event: RunEvent;
  changes?: Change[];
  /** The record before it moves, when it changes too. */
  record?: RunRecord;
}

/** The journal of one engine. */
export function createJournal(
  { store, clock, log }: Pick<Services, "store" | "clock" | "log">,
  bus: Bus,
  engine: string,
): Journal {
  /** Rejects with RunGone unless the run is there and this engine has it. */
  const read = async (runId: string, tx: Store): Promise<RunRecord> => {
    const record = await tx.get(runs, runId);
    if (!record || record.engine !== engine) throw new RunGone(runId);
    return record;
  };
  const persist = async (tx: Store, runId: string, changes: Change[]): Promise<void> => {
    for (const change of changes) {
      if (change.kind === "new step") await tx.insert(steps, change.step);
      else if (change.kind === "step") await tx.replace(steps, change.step);
      else if (change.kind === "new message") await tx.insert(messages, change.message);
      else await tx.replace(messages, change.message);
    }
    const events = changes.flatMap(eventsOf);
    tx.afterCommit(() => {
      for (const event of events) bus.publish(runId, event);
    });
  };
  const readInProgress = async (runId: string, tx: Store): Promise<RunRecord> => {
    const record = await read(runId, tx);
    if (record.run.status !== "in_progress") throw new RunMoved(runId);
    return record;
  };
  const readAnyones = async (runId: string, tx: Store): Promise<RunRecord> => {
    const record = await tx.get(runs, runId);
    if (!record) throw new RunGone(runId);
    return record.run.status === "requires_action" ? { ...record, engine } : record;
  };
  const moveOn = (find: typeof read, runId: string, decide: Decide): Promise<RunRecord> =>
    store.transaction(async (tx) => {
      const current = await find(runId, tx);
      const move = await decide(current, tx);
      if (move === null) return current;
      const { event, changes = [], record = current } = move;
      const run = next(record.run, event, seconds(clock));
      if (!run) throw new RunMoved(runId);
      await persist(tx, runId, changes);
      const moved = { ...record, run };
      await tx.replace(runs, moved);
      tx.afterCommit(() => {
        logEnd(log, run);
        bus.publish(runId, { event: `thread.run.${run.status}`, data: run });
      });
      return moved;
    });

  return {
    decide: (runId, decide) => moveOn(read, runId, decide),
    claim: (runId, decide) => moveOn(readAnyones, runId, decide),
    write: (runId, changes) =>
      store.transaction(async (tx) => {
        await readInProgress(runId, tx);
        await persist(tx, runId, changes);
      }),
    revise: (runId, changes, revise) =>
      store.transaction(async (tx) => {
        const revised = revise(await readInProgress(runId, tx));
        await persist(tx, runId, changes);
        await tx.replace(runs, revised);
        return revised;
      }),
    move: (runId, event, changes, revise = (record) => record) =>
      moveOn(read, runId, async (record) => ({ event, changes, record: revise(record) })),
    tell: (runId, event) => bus.publish(runId, event),
  };
}

/** A run's client was answered 200 long before; why the run did not come to its end stands in the log. */
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
