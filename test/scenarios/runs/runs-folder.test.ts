import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  findRun,
  lastRun,
  listRuns,
  makeRunFolder,
  oldRuns,
  pruneRuns,
} from "../../../src/scenarios/runs/runs-folder.ts";
import { folder } from "../folder.ts";

const now = Date.parse("2026-11-22T10:04:05.123Z");
const day = 24 * 3_600_000;

async function storeRun(root: string, time: number, target = "local"): Promise<string> {
  const { id, path } = await makeRunFolder(root, time);
  await writeFile(path, `{"format_version":2,"run":"${id}","target":"${target}"}\n`);
  return id;
}

test("two runs at once never share a folder", async () => {
  const root = await folder();
  const made = await Promise.all(Array.from({ length: 12 }, () => storeRun(root, now)));
  expect(new Set(made).size).toBe(12);
  expect(made).toContain("2026-11-22T10-04-05-123Z");
  expect((await listRuns(root)).at(-1)).toBe("2026-11-22T10-04-05-123Z-12");
});

test("runs are found by name, by path, and the last one of a target", async () => {
  const root = await folder();
  const first = await storeRun(root, now);
  const second = await storeRun(root, now + 1, "live");
  await mkdir(join(root, ".playbill/runs/of-somebody-else"));
  const idOf = async (name: string) => (await findRun(root, root, name)).header.run;
  expect(await idOf(first)).toBe(first);
  expect(await idOf("last")).toBe(second);
  expect(await idOf(`.playbill/runs/${first}`)).toBe(first);
  expect(await idOf(join(root, ".playbill/runs", first, "results.jsonl"))).toBe(first);
  expect((await lastRun(root, "local"))?.header.run).toBe(first);
  expect((await lastRun(root, "live"))?.header.run).toBe(second);
  expect(await lastRun(root, "elsewhere")).toBe(null);
});

test("the last run is never an older one than the last, unless that is no run at all", async () => {
  const root = await folder();
  const first = await storeRun(root, now);
  const { path: begun } = await makeRunFolder(root, now + 1);
  await writeFile(begun, "");
  expect((await lastRun(root, "local"))?.header.run).toBe(first);
  const { path: newer } = await makeRunFolder(root, now + 2);
  await writeFile(newer, '{"format_version":99,"run":"x","target":"local"}\n');
  await expect(lastRun(root, "local")).rejects.toMatchObject({ problems: [{ code: "newer_run" }] });
});

test("a run that chose no scenario does not hide the one before it", async () => {
  const root = await folder();
  const first = await storeRun(root, now);
  const { id, path } = await makeRunFolder(root, now + 1);
  await writeFile(path, `{"format_version":3,"run":"${id}","target":"local","scenarios":[]}\n`);
  expect((await lastRun(root, "local"))?.header.run).toBe(first);
});

test("a run that is not there is named, with one that may be meant", async () => {
  const root = await folder();
  await expect(findRun(root, root, "last")).rejects.toMatchObject({ problems: [{ code: "unknown_run" }] });
  const id = await storeRun(root, now);
  await expect(findRun(root, root, id.replace("05", "06"))).rejects.toMatchObject({
    problems: [{ code: "unknown_run", hint: `did you mean "${id}"?` }],
  });
});

test("of many runs the newest 50 stay, and those of the last day", () => {
  const idAt = (time: number) => new Date(time).toISOString().replaceAll(/[:.]/g, "-");
  const ages = fc.array(fc.integer({ min: 0, max: 40 * day }), { maxLength: 200 });
  fc.assert(
    fc.property(ages, (list) => {
      const ids = list.map((age) => idAt(now - age)).toSorted();
      const old = oldRuns(ids, now);
      expect(ids.slice(0, old.length)).toEqual(old);
      if (ids.length <= 100) expect(old).toEqual([]);
      else expect(ids.length - old.length).toBeGreaterThanOrEqual(50);
      expect(old.every((id) => id < idAt(now - day))).toBe(true);
      if (ids.length > 100)
        expect(ids.slice(old.length).length === 50 || ids[old.length]! >= idAt(now - day)).toBe(true);
    }),
  );
});

test("what else lies in an old run's folder stays", async () => {
  const root = await folder();
  const ids = [];
  for (let age = 101; age > 0; age -= 1) ids.push(await storeRun(root, now - age * 2 * day));
  await writeFile(join(root, ".playbill/runs", ids[0]!, "notes.txt"), "keep");
  expect(await pruneRuns(root, now)).toBe(51);
  expect(await listRuns(root)).toEqual(ids.slice(51));
  expect(await pruneRuns(root, now)).toBe(0);
  await expect(writeFile(join(root, ".playbill/runs", ids[0]!, "notes.txt"), "still")).resolves.toBeUndefined();
});
