import type { Services } from "../../services.ts";
import { kind, type Store } from "../../store/store.ts";
import { randomIds } from "../../services.ts";

/** Which of the indexers on a store, one in each process, has its turn. */
interface TurnRecord {
  id: "indexer";
  holder: string;
  /** Milliseconds since 1970. */
  heard_at: number;
}
const turns = kind<TurnRecord>("turn");

/** Lets one indexer at a time work on a store. */
export interface Turn {
  /** Takes the turn, or keeps it; `false` while another indexer has it. */
  take(): Promise<boolean>;
  /** True when nobody took it away, as happens to one that has not reported for long. */
  holds(store: Store): Promise<boolean>;
  /** Never rejects; what fails is logged, and the turn runs out. */
  release(): Promise<void>;
}

/** The turns of one indexer. */
export function createTurn({ store, clock, limits, log }: Pick<Services, "store" | "clock" | "limits" | "log">): Turn {
  const holder = randomIds("indexer_");
  let stopBeating = (): void => {};
  const holds = async (within: Store): Promise<boolean> => (await within.get(turns, "indexer"))?.holder === holder;
  const write = async (tx: Store, heardAt: number): Promise<void> => {
    const record: TurnRecord = { id: "indexer", holder, heard_at: heardAt };
    if (!(await tx.replace(turns, record))) await tx.insert(turns, record);
  };
  const note = async (heardAt: number): Promise<void> => {
    try {
      await store.transaction(async (tx) => {
        if (await holds(tx)) await write(tx, heardAt);
      });
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
    }
  };
  const beat = (): void => {
    stopBeating();
    stopBeating = clock.after(limits.leaseMs / 5, () => {
      beat();
      void note(clock.now());
    });
  };
  return {
    holds,
    async take() {
      const taken = await store.transaction(async (tx) => {
        const now = clock.now();
        const current = await tx.get(turns, "indexer");
        if (current && current.holder !== holder && current.heard_at >= now - limits.leaseMs) return false;
        await write(tx, now);
        return true;
      });
      if (taken) beat();
      return taken;
    },
    async release() {
      stopBeating();
      await note(0);
    },
  };
}
