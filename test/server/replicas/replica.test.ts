import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startReplica, type Agreement, type Replica } from "../../../src/server/replicas/replica.ts";
import { createSharedClock } from "../../../src/server/replicas/shared-clock.ts";
import { createSilentTransport } from "../../../src/server/replicas/transport.ts";
import type { LogEntry } from "../../../src/server/services.ts";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import type { OpenedStore, Store } from "../../../src/server/store/store.ts";
import { manualClock, type ManualClock } from "../manual-clock.ts";

const leaseMs = 1_000;

async function openStore(): Promise<OpenedStore> {
  const store = await openSqliteStore(":memory:");
  onTestFinished(() => store.close());
  return store;
}

/** Gives the store a clock of its own, which all who use it share. */
function withClock(store: Store, clock: ManualClock): Store {
  const now = async () => clock.now();
  return { ...store, now, transaction: (work, scope) => store.transaction((tx) => work({ ...tx, now }), scope) };
}

async function start(store: Store, id: string, clock: ManualClock, agreement?: Agreement) {
  const log: LogEntry[] = [];
  const shared = createSharedClock(clock);
  const limits = { leaseMs };
  const transport = createSilentTransport(id);
  const replica = await startReplica({
    store,
    clock: shared,
    limits,
    log: (entry) => void log.push(entry),
    transport,
    ...(agreement && { agreement: async () => agreement }),
  });
  return { replica, clock, shared, log };
}

/** Lets the timers ring that are due within so many milliseconds, and what they begin come to its end. */
async function pass(clocks: readonly ManualClock[], milliseconds: number): Promise<void> {
  const step = leaseMs / 5;
  for (let passed = 0; passed < milliseconds; passed += step) {
    for (const clock of clocks) clock.advance(step);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  }
}

const seenBy = (replica: Replica) => [...replica.live()].toSorted();

test("processes see one another while they renew their leases, and no longer", async () => {
  const store = await openStore();
  const clock = manualClock();
  const still = manualClock();
  const one = await start(store, "one", clock);
  await start(store, "two", still);
  const three = await start(store, "three", clock);
  await pass([clock], leaseMs / 5);
  expect(seenBy(one.replica)).toEqual(["one", "three", "two"]);
  await pass([clock], leaseMs);
  expect(seenBy(one.replica)).toEqual(["one", "three"]);
  await three.replica.close();
  await pass([clock], leaseMs / 5);
  expect(seenBy(one.replica)).toEqual(["one"]);
});

test("leases go by the clock of the store, however wrong that of a process is, and its times are right too", async () => {
  const right = manualClock();
  const store = withClock(await openStore(), right);
  const hour = 3_600_000;
  const clocks = [-hour, 0, hour].map((wrong) => manualClock(right.now() + wrong));
  const started = [];
  for (const [index, clock] of clocks.entries()) started.push(await start(store, `p${index}`, clock));
  await pass([right, ...clocks], 3 * leaseMs);
  for (const { replica, shared } of started) {
    expect(seenBy(replica)).toEqual(["p0", "p1", "p2"]);
    expect(shared.now()).toBe(right.now());
  }
});

test("what watches is called with each renewal, never twice at once, and does not keep the lease from being renewed", async () => {
  const store = await openStore();
  const clock = manualClock();
  const { replica } = await start(store, "one", clock);
  const other = await start(store, "two", clock);
  const slow = Promise.withResolvers<void>();
  let calls = 0;
  const stop = replica.watch(() => {
    calls += 1;
    return slow.promise;
  });
  await pass([clock], 3 * leaseMs);
  expect(calls).toBe(1);
  expect(seenBy(other.replica)).toEqual(["one", "two"]);
  slow.resolve();
  await pass([clock], leaseMs / 5);
  expect(calls).toBe(2);
  await stop();
  await pass([clock], leaseMs);
  expect(calls).toBe(2);
});

test("a process with other keys or limits than one that is there does not start, and changes nothing", async () => {
  const store = await openStore();
  const clock = manualClock();
  const agreement = { "API keys": "a", limits: "1" };
  const one = await start(store, "one", clock, agreement);
  await start(store, "two", clock, agreement);
  const refusal = { problems: [{ code: "replicas_differ", message: expect.stringContaining("different API keys") }] };
  await expect(start(store, "three", clock, { ...agreement, "API keys": "b" })).rejects.toMatchObject(refusal);
  await expect(start(store, "three", clock, { ...agreement, limits: "2" })).rejects.toMatchObject({
    problems: [{ message: expect.stringContaining("different limits") }],
  });
  await pass([clock], leaseMs / 5);
  expect(seenBy(one.replica)).toEqual(["one", "two"]);
});

test("a process that was ended without a word is forgotten: another one starts with what it likes after its lease", async () => {
  const store = await openStore();
  const still = manualClock();
  const clock = manualClock();
  await start(store, "killed", still, { limits: "1" });
  await expect(start(store, "next", clock, { limits: "2" })).rejects.toMatchObject({
    problems: [{ code: "replicas_differ" }],
  });
  clock.advance(leaseMs + 1);
  const next = await start(store, "next", clock, { limits: "2" });
  expect(seenBy(next.replica)).toEqual(["next"]);
});

test("after the store was unreachable for longer than a lease, no replica treats another as gone that could not renew its lease", async () => {
  const right = manualClock();
  const base = await openStore();
  let isAway = false;
  const timed = withClock(base, right);
  const transaction: Store["transaction"] = (work, scope) =>
    isAway ? Promise.reject(new Error("away")) : timed.transaction(work, scope);
  const store: Store = { ...timed, transaction };
  const clocks = [manualClock(), manualClock(), manualClock()];
  const started = [];
  for (const [index, clock] of clocks.entries()) started.push((await start(store, `p${index}`, clock)).replica);
  const [first, second, third] = started;
  const [firstClock, secondClock] = clocks;
  if (!first || !second || !third || !firstClock || !secondClock) return expect.fail();
  isAway = true;
  await pass([right, firstClock, secondClock], 3 * leaseMs);
  isAway = false;
  await pass([right, firstClock], leaseMs / 2);
  expect(seenBy(first)).toEqual(["p0", "p1", "p2"]);
  await pass([right, firstClock, secondClock], 2 * leaseMs);
  expect(seenBy(first)).toEqual(["p0", "p1"]);
});

test("after the store was emptied, no replica treats another as gone that could not renew its lease", async () => {
  const right = manualClock();
  const store = withClock(await openStore(), right);
  const clocks = [manualClock(), manualClock(), manualClock()];
  const started = [];
  for (const [index, clock] of clocks.entries()) started.push((await start(store, `p${index}`, clock)).replica);
  const [first, second] = started;
  const [firstClock, secondClock] = clocks;
  if (!first || !second || !firstClock || !secondClock) return expect.fail();
  await pass([right, ...clocks], leaseMs / 5);
  await store.clear();
  await first.renew();
  expect(seenBy(first)).toEqual(["p0", "p1", "p2"]);
  await pass([right, firstClock, secondClock], leaseMs / 5);
  expect(seenBy(second)).toEqual(["p0", "p1", "p2"]);
  await pass([right, firstClock, secondClock], 3 * leaseMs);
  expect([seenBy(first), seenBy(second)]).toEqual([
    ["p0", "p1"],
    ["p0", "p1"],
  ]);
});
