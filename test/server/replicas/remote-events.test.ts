import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBus, type Bus } from "../../../src/server/engine/bus.ts";
import { createRemoteEvents, type RemoteEvents } from "../../../src/server/replicas/remote-events.ts";
import { manualClock } from "../manual-clock.ts";
import { createHub, type Hub } from "./hub.ts";

interface Told {
  number: number;
}

interface Side {
  bus: Bus<Told>;
  remote: RemoteEvents<Told>;
}

function sideOf(
  hub: Hub,
  address: string,
  isHeldBy: (run: string, holder: string) => boolean,
  transport = hub.join(address),
): Side {
  const bus = createBus<Told>();
  const clock = manualClock();
  const held = async (run: string, holder: string) => isHeldBy(run, holder);
  const remote = createRemoteEvents({ transport, bus, clock, topic: "run", isHeldBy: held });
  transport.receive({ message: (message, from) => void remote.message(message, from), gap: () => void remote.look() });
  return { bus, remote };
}

/** Lets everything that is on its way arrive. */
async function arrive(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await setImmediate();
}

/** What a follower was told, and how often it was told that the run breaks off. */
function follow({ remote }: Side, after: number, runId = "run_1") {
  const told = { numbers: [] as number[], sequences: [] as number[], broken: 0 };
  const stop = remote.follow(runId, "one", after, {
    event(event, sequence) {
      told.numbers.push(event.number);
      told.sequences.push(sequence);
    },
    broken: () => void (told.broken += 1),
  });
  return { ...told, told, stop };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index + 1);

test("a follower of another process's run gets every event once and in order, whatever message is lost", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 8 }),
      fc.nat({ max: 8 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }),
      fc.infiniteStream(fc.boolean()),
      async (before, asked, bursts, losses) => {
        let isLossy = true;
        const hub = createHub(
          (message) => isLossy && (message as { kind: string }).kind === "events" && losses.next().value,
        );
        const one = sideOf(hub, "one", () => true);
        const two = sideOf(hub, "two", () => true);
        const after = Math.min(asked, before);
        let count = 0;
        const publish = (amount: number) => {
          for (let each = 0; each < amount; each += 1) one.bus.publish("run_1", { number: (count += 1) });
        };
        publish(before);
        const { told } = follow(two, after);
        for (const amount of bursts) {
          publish(amount);
          await setImmediate();
        }
        publish(1);
        await arrive();
        isLossy = false;
        hub.gap();
        await arrive();
        expect(told.numbers).toEqual(range(after, count));
        expect(told.sequences).toEqual(told.numbers);
        expect(told.broken).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});

test("a follower that stops gets nothing more, and the owner sends it nothing more", async () => {
  let sent = 0;
  const hub = createHub((message) => {
    if ((message as { kind: string }).kind === "events") sent += 1;
    return false;
  });
  const one = sideOf(hub, "one", () => true);
  const two = sideOf(hub, "two", () => true);
  one.bus.publish("run_1", { number: 1 });
  const { told, stop } = follow(two, 0);
  await arrive();
  stop();
  await arrive();
  one.bus.publish("run_1", { number: 2 });
  await arrive();
  expect(told.numbers).toEqual([1]);
  expect(sent).toBe(1);
});

test("a run that breaks off, or that its holder has no more, breaks off for its followers", async () => {
  const hub = createHub();
  const one = sideOf(hub, "one", () => true);
  let isHeld = true;
  const two = sideOf(hub, "two", () => isHeld);
  one.bus.publish("run_1", { number: 1 });
  const first = follow(two, 0);
  await arrive();
  one.bus.breakOff("run_1");
  await arrive();
  expect(first.told).toMatchObject({ numbers: [1], broken: 1 });

  one.bus.publish("run_1", { number: 1 });
  const second = follow(two, 0);
  await arrive();
  isHeld = false;
  hub.gap();
  await arrive();
  expect(second.told).toMatchObject({ numbers: [1], broken: 1 });
});

test("tenants of the same two processes only get events of their own runs", async () => {
  const hub = createHub();
  const transports = [hub.join("one"), hub.join("two")] as const;
  const tenants = ["run_a", "run_b"].map((runId) => {
    const one = sideOf(hub, "one", () => true, transports[0]);
    const two = sideOf(hub, "two", () => true, transports[1]);
    one.bus.publish(runId, { number: 1 });
    return { runId, one, two };
  });
  const followers = tenants.map(({ two, runId }) => follow(two, 0, runId));
  await arrive();
  for (const [index, { one, runId }] of tenants.entries()) one.bus.publish(runId, { number: 10 + index });
  await arrive();
  expect(followers.map(({ told }) => told.numbers)).toEqual([
    [1, 10],
    [1, 11],
  ]);
});
