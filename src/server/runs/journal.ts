import { seconds, type Services } from "../services.ts";
import { messages, type Message } from "../wire/message.ts";
import { runs, type RunRecord } from "../wire/run.ts";
import { steps, type RunStep } from "../wire/step.ts";
import type { Bus } from "./bus.ts";
import type { StreamEvent } from "./events.ts";
import { next, type RunEvent } from "./state.ts";

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

/** Writes what happens to runs and, once that is committed, tells it. */
export interface Journal {
  /** Throws RunGone unless the run is there and this engine has it. */
  read(runId: string): RunRecord;
  /** Writes changes of steps and messages. */
  write(runId: string, changes: Change[]): void;
  /** Writes changes and what `revise` makes of the record, as one. Throws RunGone. */
  revise(runId: string, changes: Change[], revise: (record: RunRecord) => RunRecord): RunRecord;
  /** The same, and moves the run on. Throws RunGone and RunMoved. */
  move(
    runId: string,
    changes: Change[],
    event: RunEvent | ((record: RunRecord) => RunEvent),
    revise?: (record: RunRecord) => RunRecord,
  ): RunRecord;
  /** Tells without writing. */
  tell(runId: string, event: StreamEvent): void;
}

/** The journal of one engine. */
export function createJournal({ store, clock }: Pick<Services, "store" | "clock">, bus: Bus, engine: string): Journal {
  const read = (runId: string): RunRecord => {
    const record = store.get(runs, runId);
    if (!record || record.engine !== engine) throw new RunGone(runId);
    return record;
  };
  const persist = (change: Change): void => {
    if (change.kind === "new step") store.insert(steps, change.step);
    else if (change.kind === "step") store.replace(steps, change.step);
    else if (change.kind === "new message") store.insert(messages, change.message);
    else store.replace(messages, change.message);
  };
  const tellAll = (runId: string, events: StreamEvent[]): void => {
    for (const event of events) bus.publish(runId, event);
  };

  return {
    read,
    write(runId, changes) {
      store.transaction(() => {
        read(runId);
        changes.forEach(persist);
      });
      tellAll(runId, changes.flatMap(eventsOf));
    },
    revise(runId, changes, revise) {
      const record = store.transaction(() => {
        const revised = revise(read(runId));
        changes.forEach(persist);
        store.replace(runs, revised);
        return revised;
      });
      tellAll(runId, changes.flatMap(eventsOf));
      return record;
    },
    move(runId, changes, event, revise = (record) => record) {
      const record = store.transaction(() => {
        const revised = revise(read(runId));
        const run = next(revised.run, typeof event === "function" ? event(revised) : event, seconds(clock));
        if (!run) throw new RunMoved(runId);
        changes.forEach(persist);
        const moved = { ...revised, run };
        store.replace(runs, moved);
        return moved;
      });
      tellAll(runId, changes.flatMap(eventsOf));
      bus.publish(runId, { event: `thread.run.${record.run.status}`, data: record.run });
      return record;
    },
    tell: (runId, event) => bus.publish(runId, event),
  };
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
