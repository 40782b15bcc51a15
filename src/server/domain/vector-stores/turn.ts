import { randomIds } from "../../ids.ts";
import type { Services } from "../../services.ts";
import { kind } from "../../store/store.ts";

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
  take(): boolean;
  /** Whether nobody took it away, which happens to who was not heard of for long. */
  holds(): boolean;
  /** Never throws; what fails is logged, and the turn runs out. */
  release(): void;
}

/** The turns of one indexer. */
export function createTurn({ store, clock, limits, log }: Pick<Services, "store" | "clock" | "limits" | "log">): Turn {
  const holder = randomIds("indexer_");
  let stopBeating = (): void => {};
  const holds = (): boolean => store.get(turns, "indexer")?.holder === holder;
  const write = (heardAt: number): void => {
    const record: TurnRecord = { id: "indexer", holder, heard_at: heardAt };
    if (!store.replace(turns, record)) store.insert(turns, record);
  };
  const note = (heardAt: number): void => {
    try {
      store.transaction(() => holds() && write(heardAt));
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
    }
  };
  const beat = (): void => {
    stopBeating = clock.after(limits.leaseMs / 5, () => {
      note(clock.now());
      beat();
    });
  };
  return {
    holds,
    take() {
      stopBeating();
      const taken = store.transaction(() => {
        const now = clock.now();
        const current = store.get(turns, "indexer");
        if (current && current.holder !== holder && current.heard_at >= now - limits.leaseMs) return false;
        write(now);
        return true;
      });
      if (taken) beat();
      return taken;
    },
    release() {
      stopBeating();
      note(0);
    },
  };
}
