import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { toCanonical } from "../../src/kit/json.ts";
import { acquireAdvisoryLock } from "../../src/sync/lock/busy-file.ts";
import { type Lock, parseLock, serializeLock } from "../../src/sync/lock/lock.ts";
import { lockPath, readLock, writeLock } from "../../src/sync/lock/lock-file.ts";
import { saveSnapshot } from "../../src/sync/apply/snapshot-file.ts";
import { temporaryFolder } from "../cli/run.ts";
import { emptySpec } from "./project.ts";

const lock: Lock = {
  format: 1,
  project: "desk",
  origin: "http://x/v1",
  lineage: "l",
  serial: 3,
  resources: {
    "assistant.b": { kind: "assistant", id: "asst_2", protect: false, applied: { name: "1" }, observed: {} },
    "assistant.a": { kind: "assistant", id: "asst_1", protect: true, applied: {}, observed: {} },
  },
};
const file = lockPath("prod", false);

async function folder(): Promise<string> {
  const made = await temporaryFolder();
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made.path;
}

test("the text of a lock is its canonical JSON, and a change of one entry changes that entry alone", () => {
  const plain = (each: Lock) => `${JSON.stringify(toCanonical(each), null, 2)}\n`;
  const entry = {
    kind: "assistant",
    id: "asst_3",
    protect: false,
    applied: { "metadata.a\nb": "1" },
    observed: { name: "2" },
  };
  const more = { ...lock, serial: 4, resources: { ...lock.resources, 'assistant."c"': entry } };
  for (const each of [lock, more, { ...lock, resources: {} }]) expect(serializeLock(each)).toBe(plain(each));
});

test("a lock is written whole, sorted, and read back", async () => {
  const root = await folder();
  expect(await readLock(root, file)).toBeNull();
  await writeLock(root, file, lock);
  expect(await readLock(root, file)).toEqual(lock);
  expect(await readdir(join(root, ".playbill/locks"))).toEqual(["prod.json"]);
  const text = await readFile(join(root, file), "utf8");
  expect(text).toBe(serializeLock(lock));
  expect(text.indexOf("assistant.a")).toBeLessThan(text.indexOf("assistant.b"));
  expect(text.endsWith("}\n")).toBe(true);
});

test("an embedded target's lock lies beside its state", () => {
  expect(lockPath("local", true)).toBe(".playbill/local.lock.json");
});

test.each([
  ["{", "malformed_lock"],
  ["{}", "malformed_lock"],
  [serializeLock({ ...lock, format: 4 as 3 }), "newer_lock"],
  [serializeLock({ ...lock, resources: { a: { id: 1 } } as never }), "malformed_lock"],
  [`<<<<<<< HEAD\n${serializeLock(lock)}=======\n>>>>>>> other\n`, "lock_merge_conflict"],
])("a lock file that is not one is refused: %s", (text, code) => {
  const parsed = parseLock(text, file);
  expect("problems" in parsed && parsed.problems).toMatchObject([{ kind: "input", code }]);
});

test("a byte order mark that an editor left is none of a lock's text", () => {
  expect(parseLock(`\uFEFF${serializeLock(lock)}`, file)).toEqual({ lock });
});

test("a lock that cannot be saved is a problem", async () => {
  const root = await folder();
  await writeFile(join(root, ".playbill"), "a file where the folder should be");
  await expect(writeLock(root, file, lock)).rejects.toMatchObject({ problems: [{ code: "lock_not_saved" }] });
});

test("two syncs of one target do not run at once, those of two targets do", async () => {
  const root = await folder();
  const first = await acquireAdvisoryLock(root, "prod", false);
  await expect(acquireAdvisoryLock(root, "prod", false)).rejects.toMatchObject({
    problems: [
      { kind: "refused", code: "target_busy", message: expect.stringContaining(String(process.pid)) as string },
    ],
  });
  await (await acquireAdvisoryLock(root, "staging", false))[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await (await acquireAdvisoryLock(root, "prod", false))[Symbol.asyncDispose]();
});

/** No process has it: the largest id on Linux is 2^22. */
const deadPid = 2 ** 22 + 1;

test.each([
  ["a dead process here", JSON.stringify({ pid: deadPid, host: hostname() }), "taken over"],
  ["one that was cut", '{"pid":', "taken over"],
  ["a process on another machine", JSON.stringify({ pid: deadPid, host: "elsewhere" }), "kept"],
  ["a living process here", JSON.stringify({ pid: process.ppid, host: hostname() }), "kept"],
])("the advisory lock of %s", async (_, text, outcome) => {
  const root = await folder();
  await mkdir(join(root, ".playbill"));
  await writeFile(join(root, ".playbill/prod.busy"), text);
  const acquired = acquireAdvisoryLock(root, "prod", false);
  if (outcome === "taken over") {
    await (await acquired)[Symbol.asyncDispose]();
  } else {
    await expect(acquired).rejects.toMatchObject({ problems: [{ code: "target_busy" }] });
    await (await acquireAdvisoryLock(root, "prod", true))[Symbol.asyncDispose]();
  }
  expect(await readdir(join(root, ".playbill"))).toEqual([]);
});

test("a snapshot has the object and the time", async () => {
  const root = await folder();
  const live = {
    kind: "assistant" as const,
    id: "asst_1",
    createdAt: 1,
    spec: emptySpec,
    marker: null,
    wire: { id: "asst_1", more: 1 },
  };
  const place = { root, target: "prod", now: 1_800_000_000_000, passphrase: undefined, isSecret: () => false };
  await saveSnapshot(place, live, []);
  const [name = ""] = await readdir(join(root, ".playbill/snapshots"));
  expect(name).toBe("2027-01-15T08-00-00-000Z-prod-asst_1.json");
  expect(JSON.parse(await readFile(join(root, ".playbill/snapshots", name), "utf8"))).toEqual(live.wire);
});
