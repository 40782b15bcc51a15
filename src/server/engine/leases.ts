import { inTransaction, type Services } from "../services.ts";
import { kind, replaced, type Revision } from "../store/store.ts";
import type { Dialect, Shape } from "./dialect.ts";

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
export async function claimOrphans<S extends Shape>(
  services: Needed,
  { records, activeStatuses }: Dialect<S>,
  engine: string,
  carries: (runId: string) => boolean,
): Promise<S["record"][]> {
  type R = S["record"];
  const { store } = services;
  const live = await inTransaction(services, liveEngines);
  const isOrphan = (record: R): boolean =>
    activeStatuses.some((status) => status === records.tag(record)) &&
    (record.engine === engine ? !carries(record.id) : !live.has(record.engine));
  const claimed: R[] = [];
  for (const { id } of (await store.all(records, { tags: activeStatuses })).filter(isOrphan)) {
    const orphan = await store.revise(records, id, (current): Revision<R | null> => {
      if (current === null || !isOrphan(current)) return { writes: [], result: null };
      const mine = { ...current, engine };
      return { writes: [replaced(records, mine)], result: mine };
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
