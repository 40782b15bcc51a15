import type { Clock } from "../../kit/clock.ts";
import { fail } from "../../problem.ts";
import type { Limits, Log } from "../services.ts";
import { kind, StoreUnavailable, type Store } from "../store/store.ts";
import type { SharedClock } from "./shared-clock.ts";
import type { Transport } from "./transport.ts";

/** The settings that all replicas of a server must share, as hashes by readable names. */
export type Agreement = Readonly<Record<string, string>>;

/** A process that works on the store. Records of earlier versions have no agreement. */
interface LeaseRecord {
  id: string;
  /** Milliseconds since 1970, by the clock that all processes on the store share. */
  heard_at: number;
  agreement?: Agreement;
}
/** The name is that of earlier versions, so that all versions see each other. */
const leases = kind<LeaseRecord>("engine", { thread: () => leaseThread });

/** Leases are in a separate thread, so that writing them waits for nothing else. */
const leaseThread = "leases";

/** Checks what others may have left or changed; called several times per lease. Calls never overlap. */
export type Watch = () => Promise<void>;

/** This process as one of those on a store. */
export interface Replica {
  /** The mark of its runs and jobs, and the address of its transport. */
  readonly id: string;
  readonly transport: Transport;
  /** The processes that were alive when this one's lease was last renewed, including itself. */
  live(): ReadonlySet<string>;
  /** Calls the watch now and after each renewal of the lease. Returns the function that ends this, and waits for a running call. */
  watch(watch: Watch): () => Promise<void>;
  /** Renews the lease at once, after everything in the store was removed. */
  renew(): Promise<void>;
  /** Removes the lease: the process is gone. */
  close(): Promise<void>;
}

/** The options of a replica. */
export interface ReplicaOptions {
  /** The store of the default tenant, which has the leases of all. */
  store: Store;
  /** Synchronized with each renewal when the store has a clock. */
  clock: Clock | SharedClock;
  limits: Pick<Limits, "leaseMs">;
  log: Log;
  transport: Transport;
  /** Its current settings; absent when other processes may have different ones. */
  agreement?: () => Promise<Agreement>;
}

/**
 * Announces this process, now and several times per lease, so that others leave its runs alone. Rejects with a ProblemError when
 * another running process was started with different shared settings.
 */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { store, clock, limits, log, transport, agreement } = options;
  const id = transport.address;
  const watches = new Map<Watch, Promise<void> | null>();
  let live: ReadonlySet<string> = new Set();
  let stopBeating = (): void => {};
  let beating: Promise<void> = Promise.resolve();
  let isClosing = false;
  let isKnown = false;
  let isAway = false;
  let trustsUntil = -Infinity;

  const timeOf = async (tx: Store): Promise<number> => (await tx.now?.()) ?? clock.now();
  const renew = async (): Promise<void> => {
    if ("putRight" in clock && store.now) await clock.putRight(store.now);
    const agreed = await agreement?.();
    live = await store.transaction(
      async (tx) => {
        const now = await timeOf(tx);
        const all = await tx.all(leases);
        const isThere = (each: LeaseRecord): boolean => each.heard_at >= now - limits.leaseMs;
        const mine = all.find((each) => each.id === id);
        // While this process was stopped, or the store was unavailable for all, the others could not renew their leases either.
        if (isKnown && (mine === undefined || !isThere(mine))) trustsUntil = now + limits.leaseMs;
        const there = all.filter((each) => each.id !== id && (isThere(each) || now < trustsUntil));
        // Later, the other processes are the new ones.
        if (!isKnown) checkAgreement(agreed, there);
        for (const each of all) if (each.id !== id && !there.includes(each)) await tx.remove(leases, each.id);
        const record: LeaseRecord = { id, heard_at: now, ...(agreed && { agreement: agreed }) };
        if (mine) await tx.replace(leases, record);
        else await tx.insert(leases, record);
        // Emptying the store also removed the leases of the others.
        const before = now < trustsUntil ? live : [];
        return new Set([...before, ...there.map((each) => each.id), id]);
      },
      { thread: leaseThread },
    );
    isKnown = true;
  };
  const callWatch = (watch: Watch): void => {
    // A slow watch must not delay the lease of this process.
    if (watches.get(watch)) return;
    const call = watch()
      .catch((error: unknown) => log({ kind: "fault", requestId: null, error }))
      .finally(() => {
        if (watches.has(watch)) watches.set(watch, null);
      });
    watches.set(watch, call);
  };
  const beat = async (): Promise<void> => {
    try {
      await renew();
      isAway = false;
      for (const watch of watches.keys()) callWatch(watch);
    } catch (error) {
      // An unavailable database is logged once, not every second.
      if (!isAway) log({ kind: "fault", requestId: null, error });
      isAway = error instanceof StoreUnavailable;
    }
    beatLater();
  };
  const beatLater = (): void => {
    if (!isClosing) stopBeating = clock.after(limits.leaseMs / 5, () => void (beating = beat()));
  };

  try {
    await renew();
  } catch (error) {
    await transport.close();
    throw error;
  }
  beatLater();
  return {
    id,
    transport,
    live: () => live,
    renew,
    watch(watch) {
      watches.set(watch, null);
      callWatch(watch);
      return async () => {
        const call = watches.get(watch);
        watches.delete(watch);
        await call;
      };
    },
    async close() {
      isClosing = true;
      stopBeating();
      await beating;
      try {
        await store.remove(leases, id);
      } finally {
        await transport.close();
      }
    },
  };
}

function checkAgreement(ours: Agreement | undefined, others: readonly LeaseRecord[]): void {
  if (!ours) return;
  for (const { agreement } of others) {
    if (!agreement) continue;
    const different = Object.keys(ours).filter((name) => agreement[name] !== ours[name]);
    if (different.length > 0) refuseToStart(different);
  }
}

function refuseToStart(different: readonly string[]): never {
  return fail(
    "replicas_differ",
    `another server is running on this database with different ${different.join(" and ")}`,
    {
      hint: "Start all servers with the same settings, or stop the others first. A killed server is forgotten after a few seconds.",
    },
  );
}
