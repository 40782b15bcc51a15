import { inTransaction, type Services } from "../services.ts";
import { kind, replaced, type Revision } from "../store/store.ts";
import { activeStatuses, type RunEvent } from "./state.ts";
import type { Stop } from "./stop.ts";
import { messages, runs, type RunRecord, steps } from "../domain/kinds.ts";

/** An engine that works on the store, in this process or another. */
interface EngineRecord {
  id: string;
  /** Milliseconds since 1970. */
  heard_at: number;
}
const engines = kind<EngineRecord>("engine");

type Needed = Pick<Services, "store" | "clock" | "limits">;

/** Says that the engine is there. Repeat it several times within `limits.leaseMs`. */
export async function renewLease({ store, clock }: Needed, id: string): Promise<void> {
  const record = { id, heard_at: clock.now() };
  await store.transaction(async (tx) => {
    if (!(await tx.replace(engines, record))) await tx.insert(engines, record);
  });
}

/** Says that the engine is gone. */
export async function endLease({ store }: Needed, id: string): Promise<void> {
  await store.remove(engines, id);
}

/** Claims the runs of engines that are gone, and those of this engine that it does not carry out: it could not write how they ended. */
export async function claimOrphans(
  services: Needed,
  engine: string,
  carries: (runId: string) => boolean,
): Promise<RunRecord[]> {
  const { store } = services;
  const live = await inTransaction(services, liveEngines);
  const isOrphan = ({ id, run, engine: owner }: RunRecord): boolean =>
    activeStatuses.some((status) => status === run.status) && (owner === engine ? !carries(id) : !live.has(owner));
  const claimed: RunRecord[] = [];
  for (const { id } of (await store.all(runs, { tags: activeStatuses })).filter(isOrphan)) {
    const orphan = await store.revise(runs, id, (current): Revision<RunRecord | null> => {
      if (current === null || !isOrphan(current)) return { writes: [], result: null };
      const mine = { ...current, engine };
      return { writes: [replaced(runs, mine)], result: mine };
    });
    if (orphan) claimed.push(orphan);
  }
  return claimed;
}

/** The engines that are there; those that are gone are forgotten. */
async function liveEngines({ store, clock, limits }: Needed): Promise<Set<string>> {
  const oldest = clock.now() - limits.leaseMs;
  const all = await store.all(engines);
  for (const { id, heard_at: heardAt } of all) if (heardAt < oldest) await store.remove(engines, id);
  return new Set(all.flatMap(({ id, heard_at: heardAt }) => (heardAt < oldest ? [] : [id])));
}

/** What an orphaned run needs: to be carried out after these events, to be ended, or only to be watched while it waits for outputs. */
export type Recovery = { kind: "begin"; events: RunEvent[] } | { kind: "stop"; stop: Stop } | { kind: "watch" };

/** A run of which something unfinished was already shown cannot be begun again: it would be shown twice. */
export async function recoveryOf({ store }: Pick<Services, "store">, { id, run }: RunRecord): Promise<Recovery> {
  switch (run.status) {
    case "queued":
      return { kind: "begin", events: [{ kind: "start" }] };
    case "cancelling":
      return { kind: "stop", stop: { kind: "cancel" } };
    case "in_progress": {
      const open = await store.all(steps, { parent: id, tags: ["in_progress"] });
      const written = await store.all(messages, { parent: run.thread_id, tags: [id] });
      const isShown = open.length > 0 || written.some(({ status }) => status === "in_progress");
      const message = "The server stopped while it carried out the run.";
      return isShown
        ? { kind: "stop", stop: { kind: "fail", error: { code: "server_error", message } } }
        : { kind: "begin", events: [{ kind: "requeue" }, { kind: "start" }] };
    }
    default:
      return { kind: "watch" };
  }
}
