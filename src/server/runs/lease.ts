import type { Services } from "../services.ts";
import { kind } from "../store/store.ts";

/** An engine that works on the store, in this process or another. */
interface EngineRecord {
  id: string;
  /** Milliseconds since 1970. */
  heard_at: number;
}
const engines = kind<EngineRecord>("engine");

type Needed = Pick<Services, "store" | "clock" | "limits">;

/** Says that the engine is there. Repeat it several times within `limits.leaseMs`. */
export function renewLease({ store, clock }: Needed, id: string): void {
  const record = { id, heard_at: clock.now() };
  store.transaction(() => store.replace(engines, record) || store.insert(engines, record));
}

/** Says that the engine is gone. */
export function endLease({ store }: Needed, id: string): void {
  store.remove(engines, id);
}

/** The engines that are there; those that are gone are forgotten. */
export function liveEngines({ store, clock, limits }: Needed): Set<string> {
  const oldest = clock.now() - limits.leaseMs;
  const all = store.all(engines);
  for (const { id, heard_at: heardAt } of all) if (heardAt < oldest) store.remove(engines, id);
  return new Set(all.flatMap(({ id, heard_at: heardAt }) => (heardAt < oldest ? [] : [id])));
}
