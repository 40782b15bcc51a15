import { expect, test, vi } from "vitest";
import type { Clock } from "../../src/kit/clock.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import type { FileReader } from "../../src/server/search/reader/reader.ts";
import { handbookRun, newFile, startKnowledge } from "./knowledge.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { plainSpec } from "./spec.ts";

const { run } = handbookRun(new Map([["file.files/a.md", newFile("a.md", "alpha")]]));
const search = { vectorStores: ["vector_store.handbook"], maxNumResults: null, rankingOptions: null };
const support = { ...plainSpec, name: "support", tools: [{ kind: "file_search" as const, ...search }] };

/** A reader that never comes to an end. */
const stuck: FileReader = {
  read: (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("closed")))),
  close: async () => {},
};

/** The names of everything that is at the target. */
async function namesAt(side: Awaited<ReturnType<typeof startKnowledge>>): Promise<string[]> {
  const lists = await Promise.all(["/assistants", "/vector_stores", "/files"].map((path) => side.all(path)));
  return lists.flat().map(({ name, filename: of }) => String(name ?? of));
}

/** A target whose time goes on when it is told to. */
function startTime() {
  let passed = 0;
  return { serverNow: () => Date.now() + passed, pass: (hours: number) => void (passed += hours * 3_600_000) };
}

/** A clock of which a test says when a run gives its next sign of life. */
function createSigningClock() {
  const leaping = createLeapingClock();
  const waiting = new Set<() => void>();
  const clock: Clock = {
    ...leaping,
    after: (milliseconds, work) => {
      if (milliseconds !== 120_000) return leaping.after(milliseconds, work);
      waiting.add(work);
      return () => waiting.delete(work);
    },
  };
  return { clock, sign: () => waiting.forEach((work) => work()) };
}

test("a run that takes hours shows others that it is alive, and one that stopped doing so does not", async () => {
  const time = startTime();
  const { clock, sign } = createSigningClock();
  const side = await startKnowledge({ ...time, clock });
  const session = side.target.testing(run);
  await session.prepare(support);
  const there = await namesAt(side);
  const runOther = async (runId: string) => {
    const other = side.target.testing({ ...run, runId });
    await other.prepare(support);
    await other.close();
  };
  time.pass(3);
  // Any answer tells what time it is there.
  await Array.fromAsync(side.target.registry.list(vectorStoreKind));
  sign();
  await vi.waitFor(async () => expect(JSON.stringify(await side.all("/vector_stores"))).toContain("alive:"));
  await runOther("first");
  expect(await namesAt(side)).toEqual(there);
  time.pass(3);
  await runOther("second");
  expect(await namesAt(side)).toEqual([]);
});

test("a run whose first store takes hours to be indexed is alive meanwhile", async () => {
  const time = startTime();
  const { clock, sign } = createSigningClock();
  const side = await startKnowledge({ ...time, clock, reader: stuck });
  const session = side.target.testing(run);
  const begun = session.prepare(support).catch(() => {});
  await vi.waitFor(async () => expect(await side.all("/vector_stores")).toMatchObject([{ status: "in_progress" }]));
  time.pass(3);
  await Array.fromAsync(side.target.registry.list(vectorStoreKind));
  sign();
  await vi.waitFor(async () => expect(JSON.stringify(await side.all("/vector_stores"))).toContain("alive:"));
  const gone = { runId: "gone", kinds: [vectorStoreKind] };
  await side.target.testing({ ...run, runId: "other", resources: new Map(), ended: [gone] }).close();
  expect(await namesAt(side)).toContain("Handbook");
  side.interrupt();
  await begun;
  await session.close();
});
