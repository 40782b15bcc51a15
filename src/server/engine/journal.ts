import { seconds, type Services } from "../services.ts";
import { replaced, scopeAround, type Revision, type Store } from "../store/store.ts";
import type { Bus } from "./bus.ts";
import type { Dialect, Shape } from "./dialect.ts";

/** The run was deleted, or belongs to another engine. */
export class RunGone extends Error {}
/** The run's status does not accept the event, for example because it was cancelled meanwhile. */
export class RunMoved extends Error {}

/** A change of a run that is written atomically. */
export interface Move<S extends Shape> {
  /** Its events, in order. Without events, the run must be in progress. */
  events?: readonly S["event"][];
  /** Changes that are written with it and published before its status. */
  changes?: readonly S["change"][];
  /** The record before the events, if it changes too. */
  record?: S["record"];
  /** What is unusual about it, for the log. */
  remark?: string;
  /** Called with the new record, like a `Store.afterCommit` callback, after publishing. */
  afterCommit?: (moved: S["record"]) => void;
}

/** Writes the events of runs and publishes them after the commit, before any other commit, so that they are published in the order of commits. */
export interface Journal<S extends Shape> {
  /** Stores a run of this engine with its first events, in the transaction of `store`; returns the resulting record. */
  begin(store: Store, queued: S["record"], events: readonly S["event"][]): Promise<S["record"]>;
  /** Changes a run as `decide` determines from its current record; returns the new record. Rejects with RunGone and RunMoved. */
  move(runId: string, decide: (record: S["record"]) => Move<S>): Promise<S["record"]>;
  /** The same when the decision needs more of the store. `null` leaves the run unchanged. */
  decide(runId: string, decide: Decide<S>): Promise<S["record"]>;
  /**
   * The same whichever engine has the run: a run that waits for outputs continues in the engine that receives them. Returns the record after each event.
   */
  claim(runId: string, decide: Decide<S>): Promise<S["record"][]>;
  /** Publishes an event without writing. */
  tell(runId: string, event: S["told"]): void;
}

/** Decides the next move of a run from `record`, in the transaction of `store`. */
export type Decide<S extends Shape> = (record: S["record"], store: Store) => Promise<Move<S> | null>;

/** The journal of one engine. */
export function createJournal<S extends Shape>(
  { store, clock, log }: Pick<Services, "store" | "clock" | "log">,
  dialect: Dialect<S>,
  bus: Bus<S["told"]>,
  engine: string,
): Journal<S> {
  type R = S["record"];
  const { records } = dialect;
  const tellAll = (runId: string, events: readonly S["told"][]): void => {
    for (const event of events) bus.publish(runId, event);
  };
  const tellStage = (record: R, remark?: string): void => {
    const entry = dialect.logged(record, seconds(clock), remark ?? null);
    if (entry) log(entry);
    tellAll(record.id, dialect.toldOfStatus(record));
  };
  const stagesOf = (record: R, events: readonly S["event"][]): R[] => {
    let current = record;
    return events.map((event) => {
      const moved = dialect.next(current, event, seconds(clock));
      if (!moved) throw new RunMoved(record.id);
      current = moved;
      return current;
    });
  };
  const revisionOf = (current: R, move: Move<S>): Revision<R[]> => {
    const { events = [], changes = [], record = current } = move;
    if (events.length === 0 && !dialect.isInProgress(current)) throw new RunMoved(current.id);
    const stages = stagesOf(record, events);
    const last = stages.at(-1) ?? record;
    return {
      writes: [
        ...changes.flatMap((change) => dialect.writesOf(change)),
        ...(last === current ? [] : [replaced(records, last)]),
      ],
      afterCommit() {
        for (const change of changes) tellAll(current.id, dialect.toldOfChange(change));
        for (const stage of stages) tellStage(stage, move.remark);
        move.afterCommit?.(last);
      },
      result: stages.length === 0 ? [last] : stages,
    };
  };
  const decideWith = async (
    find: (record: R | null, runId: string) => R,
    runId: string,
    decide: Decide<S>,
  ): Promise<R[]> => {
    const found = find(await store.get(records, runId), runId);
    return store.transaction(
      async (tx) => {
        const current = find(await tx.get(records, runId), runId);
        const move = await decide(current, tx);
        if (move === null) return [current];
        return tx.revise(records, runId, () => revisionOf(current, move));
      },
      scopeAround(records, found),
    );
  };
  const own = (record: R | null, runId: string): R => {
    if (!record || record.engine !== engine) throw new RunGone(runId);
    return record;
  };
  const ofAnyEngine = (record: R | null, runId: string): R => {
    if (!record) throw new RunGone(runId);
    return dialect.isWaiting(record) ? { ...record, engine } : record;
  };

  return {
    async begin(tx, queued, events) {
      const stages = stagesOf(queued, events);
      const last = stages.at(-1) ?? queued;
      await tx.insert(records, last);
      tx.afterCommit(() => {
        tellAll(queued.id, dialect.toldOfNew(queued));
        for (const stage of [queued, ...stages]) tellStage(stage);
      });
      return last;
    },
    async move(runId, decide) {
      const stages = await store.revise(records, runId, (record) => {
        const current = own(record, runId);
        return revisionOf(current, decide(current));
      });
      return lastOf(stages);
    },
    decide: async (runId, decide) => lastOf(await decideWith(own, runId, decide)),
    claim: (runId, decide) => decideWith(ofAnyEngine, runId, decide),
    tell: (runId, event) => bus.publish(runId, event),
  };
}

function lastOf<R>(stages: readonly R[]): R {
  const last = stages.at(-1);
  if (last === undefined) throw new Error("a run without a record");
  return last;
}
