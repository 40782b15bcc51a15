import type { Clock } from "../../kit/clock.ts";
import { fail } from "../../problem.ts";
import type { Limits, Log } from "../services.ts";
import { kind, StoreUnavailable, type Store } from "../store/store.ts";
import type { SharedClock } from "./shared-clock.ts";
import type { Transport } from "./transport.ts";

/** What all replicas of a server must have the same of, each as a hash, by a name that a person understands. */
export type Agreement = Readonly<Record<string, string>>;

/** A process that works on the store. Records of earlier versions have no agreement. */
interface LeaseRecord {
  id: string;
  /** Milliseconds since 1970, by the clock that all processes on the store share. */
  heard_at: number;
  agreement?: Agreement;
}
/** Named as in earlier versions, which have to see one another. */
const leases = kind<LeaseRecord>("engine", { thread: () => leaseThread });

/** Leases are in a thread of their own: their writing waits for nothing else. */
const leaseThread = "leases";

/** Looks after what others may have left or changed: called again and again, several times while a lease lasts. Two calls never overlap. */
export type Watch = () => Promise<void>;

/** This process among those that work on one store. */
export interface Replica {
  /** What its runs and jobs are marked with; also the address of its transport. */
  readonly id: string;
  readonly transport: Transport;
  /** The processes that were there when this one's lease was renewed last, itself among them. */
  live(): ReadonlySet<string>;
  /** Calls the watch now and after each renewal of the lease. Gives the function that ends that, and waits for a call that is under way. */
  watch(watch: Watch): () => Promise<void>;
  /** Says at once that the process is there: everything in the store was removed. */
  renew(): Promise<void>;
  /** Says that the process is gone. */
  close(): Promise<void>;
}

/** What a replica is made from. */
export interface ReplicaOptions {
  /** The default tenant's: leases are there for all. */
  store: Store;
  /** Put right with each renewal when the store has a clock. */
  clock: Clock | SharedClock;
  limits: Pick<Limits, "leaseMs">;
  log: Log;
  transport: Transport;
  /** What it has now; absent where others may have what they like. */
  agreement?: () => Promise<Agreement>;
}

/**
 * Says that this process is there, now and several times while a lease lasts, so that others leave it what it has. Rejects with a ProblemError when
 * another one that is there was started with something else of what all must have the same.
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
        // While this process was away, or the store was for all, the others could not renew theirs either.
        if (isKnown && (mine === undefined || !isThere(mine))) trustsUntil = now + limits.leaseMs;
        const there = all.filter((each) => each.id !== id && (isThere(each) || now < trustsUntil));
        // Later on it is the others who are new.
        if (!isKnown) checkAgreement(agreed, there);
        for (const each of all) if (each.id !== id && !there.includes(each)) await tx.remove(leases, each.id);
        const record: LeaseRecord = { id, heard_at: now, ...(agreed && { agreement: agreed }) };
        if (mine) await tx.replace(leases, record);
        else await tx.insert(leases, record);
        // Whoever emptied the store removed the leases of the others too.
        const before = now < trustsUntil ? live : [];
        return new Set([...before, ...there.map((each) => each.id), id]);
      },
      { thread: leaseThread },
    );
    isKnown = true;
  };
  const callWatch = (watch: Watch): void => {
    // One that takes long does not keep this process from saying that it is there.
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
      // That the database is away is said once, and not every second.
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
    `another server is running on this database with other ${different.join(" and other ")}`,
    {
      hint: "Start all of them with the same, or end the others first: one that was killed is forgotten after a few seconds.",
    },
  );
}
