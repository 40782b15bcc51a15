import type { Clock } from "../../../src/kit/clock.ts";
import type { Transport } from "../../../src/server/replicas/transport.ts";
import type { OpenedStore, Store } from "../../../src/server/store/store.ts";

/** What a process that was stopped or killed does not get done, in this process: nothing passes while it stands still, and nothing ever once it is dead. */
export interface Gate {
  /** Resolves when the process runs; rejects when it is dead. */
  pass(): Promise<void>;
  pause(): void;
  resume(): void;
  kill(): void;
  isDead(): boolean;
}

export function createGate(): Gate {
  let paused: PromiseWithResolvers<void> | null = null;
  let dead = false;
  return {
    async pass() {
      await paused?.promise;
      throwIfDead(this);
    },
    pause: () => void (paused ??= Promise.withResolvers()),
    resume() {
      paused?.resolve();
      paused = null;
    },
    kill() {
      dead = true;
      this.resume();
    },
    isDead: () => dead,
  };
}

function throwIfDead({ isDead }: Pick<Gate, "isDead">): void {
  if (isDead()) throw new Error("the process is dead");
}

type Calls = Record<string, unknown>;

/** The same object, each call of which passes the gate, and its answer too. */
function gated<T extends object>(gate: Gate, object: T): T {
  const calls = Object.entries(object as Calls).map(([name, value]) => {
    if (typeof value !== "function") return [name, value];
    const call = async (...values: unknown[]): Promise<unknown> => {
      await gate.pass();
      const answer: unknown = await (value as (...all: unknown[]) => unknown).apply(object, values);
      await gate.pass();
      return answer;
    };
    return [name, call];
  });
  return Object.fromEntries(calls) as T;
}

/** A store as a process behind the gate has it. */
export function gatedStore(gate: Gate, store: OpenedStore): OpenedStore {
  return {
    ...gatedView(gate, store),
    tenant: (name) => gatedView(gate, store.tenant(name)),
    close: () => store.close(),
  };
}

function gatedView(gate: Gate, store: Store): Store {
  const later = (work: () => void) => (): void => void gate.pass().then(work, () => {});
  return {
    ...gated(gate, store),
    blobs: {
      ...gated(gate, store.blobs),
      async *parts(id) {
        for await (const part of store.blobs.parts(id)) {
          await gate.pass();
          yield part;
        }
      },
    },
    chunks: gated(gate, store.chunks),
    jobs: gated(gate, store.jobs),
    async revise(kind, key, revise) {
      await gate.pass();
      const result = await store.revise(kind, key, (current) => {
        throwIfDead(gate);
        return revise(current);
      });
      await gate.pass();
      return result;
    },
    async transaction(work, scope) {
      await gate.pass();
      // A process that stands still in a transaction is for test/server/replicas/processes.e2e.test.ts: its database waits for it in earnest.
      const alive: Gate = { ...gate, pass: async () => throwIfDead(gate) };
      const result = await store.transaction((tx) => work(gatedView(alive, tx)), scope);
      await gate.pass();
      return result;
    },
    afterCommit: (work) => store.afterCommit(later(work)),
  };
}

/** A clock whose timers ring for a process behind the gate, as soon as it runs again. */
export function gatedClock<C extends Clock>(gate: Gate, clock: C): C {
  return {
    ...clock,
    after(milliseconds, work) {
      let isOff = false;
      const off = clock.after(milliseconds, () => {
        gate.pass().then(
          () => {
            if (!isOff) work();
          },
          () => {},
        );
      });
      return () => {
        isOff = true;
        off();
      };
    },
  };
}

/** A transport of a process behind the gate; what comes meanwhile waits. */
export function gatedTransport(gate: Gate, transport: Transport): Transport {
  const whenOpen = (work: () => void): void => void gate.pass().then(work, () => {});
  return {
    ...transport,
    send: (message, to) => whenOpen(() => transport.send(message, to)),
    receive: (receiver) =>
      transport.receive({
        message: (message, from) => whenOpen(() => receiver.message(message, from)),
        gap: () => whenOpen(() => receiver.gap()),
      }),
  };
}
