import fc from "fast-check";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLockWriter, readLock, settleLock, writeLock } from "../../src/sync/lock/lock-file.ts";
import { type Lock, type LockChange, type LockEntry, withChanges } from "../../src/sync/lock/lock.ts";
import { times } from "../times.ts";

const file = ".playbill/locks/prod.json";
const log = ".playbill/prod.log.jsonl";
const entryOf = (id: string): LockEntry => ({
  kind: "assistant",
  id,
  applied: { model: "0123456789abcdef" },
  observed: {},
  protect: false,
});
const lock: Lock = {
  format: 1,
  project: "p",
  origin: "https://api.example.com/v1",
  lineage: "l",
  serial: 3,
  resources: { "assistant.a": entryOf("a"), "assistant.b": entryOf("b") },
};
const address = fc.constantFrom("a", "b", "c", "d").map((name) => `assistant.${name}`);
const change: fc.Arbitrary<LockChange> = fc.record({
  address,
  before: address,
  entry: fc.option(fc.string({ minLength: 1 }).map(entryOf)),
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "playbill-lock-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("wherever a kill cuts the log, the lock has the first of the changes, and the next sync includes them in the file", async () => {
  const root = await folder();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { minLength: 1 })), fc.nat(), async (batches, cut) => {
      const writer = createLockWriter(root, file);
      await writer.save(lock);
      for (const changes of batches) await writer.append(changes);
      const changes = batches.flat();
      expect(await readLock(root, file)).toEqual(withChanges(lock, changes));
      if (batches.length > 0) {
        const text = await readFile(join(root, log));
        await truncate(join(root, log), cut % (text.length + 1));
      }
      const read = await readLock(root, file);
      const prefixes = [...changes, null].map((_, count) => withChanges(lock, changes.slice(0, count)));
      expect(prefixes).toContainEqual(read);
      await settleLock(root, file);
      expect([existsSync(join(root, log)), await readLock(root, file)]).toEqual([false, read]);
    }),
    { numRuns: times(40) },
  );
});

test("the lock beside an embedded target's state has its log under the same name", async () => {
  const root = await folder();
  const writer = createLockWriter(root, ".playbill/prod.lock.json");
  await writer.save(lock);
  await writer.append([added]);
  expect(existsSync(join(root, log))).toBe(true);
});

const entry = entryOf("c");
const added: LockChange = { address: "assistant.c", before: "assistant.c", entry };

test("the log of another lock is ignored: the lock was replaced, by Git for example", async () => {
  const root = await folder();
  const writer = createLockWriter(root, file);
  await writer.save(lock);
  await writer.append([added]);
  const { "assistant.b": other } = lock.resources;
  const pulled = { ...lock, resources: { "assistant.b": other! } };
  const kept = await readFile(join(root, log));
  await writeLock(root, file, pulled);
  await writeFile(join(root, log), kept);
  expect(await readLock(root, file)).toEqual(pulled);
});

test("line ends that Git converted do not matter", async () => {
  const root = await folder();
  const writer = createLockWriter(root, file);
  await writer.save(lock);
  await writer.append([added]);
  const text = await readFile(join(root, file), "utf8");
  await writeFile(join(root, file), text.replaceAll("\n", "\r\n"));
  expect(await readLock(root, file)).toEqual(withChanges(lock, [added]));
});

test.each(["", "\n", "{}\n", "x\n", `{"format":2,"lock":"x"}\n`])("a damaged log %j is ignored", async (text) => {
  const root = await folder();
  await writeLock(root, file, lock);
  await writeFile(join(root, log), text);
  expect(await readLock(root, file)).toEqual(lock);
});

test("what is appended takes the same number of bytes, however large the lock is", async () => {
  const root = await folder();
  const sizes: number[] = [];
  for (const count of [1, 1_000]) {
    const resources = Object.fromEntries(
      Array.from({ length: count }, (_, id) => [`assistant.n${id}`, entryOf(`${id}`)]),
    );
    const writer = createLockWriter(root, file);
    await writer.save({ ...lock, resources });
    await writer.append([added]);
    sizes.push((await readFile(join(root, log))).length);
  }
  expect(sizes[0]).toBe(sizes[1]);
});
