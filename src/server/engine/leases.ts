import type { Services } from "../services.ts";
import { replaced, type Revision } from "../store/store.ts";
import type { Dialect, Shape } from "./dialect.ts";

/** Claims the runs of processes that are gone, and those of this process that are not in progress, because their end could not be written. */
export async function claimOrphans<S extends Shape>(
  { store, replica }: Pick<Services, "store" | "replica">,
  { records, activeStatuses }: Dialect<S>,
  carries: (runId: string) => boolean,
): Promise<S["record"][]> {
  type R = S["record"];
  const engine = replica.id;
  const live = replica.live();
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
