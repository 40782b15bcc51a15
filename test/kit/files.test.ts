import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeTogether } from "../../src/kit/files.ts";
import { temporaryFolder } from "../cli/run.ts";

test("several files are written, in folders that are made for them", async () => {
  await using folder = await temporaryFolder();
  const file = (name: string) => join(folder.path, name);
  await writeFile(file("b"), "old");
  await writeTogether([
    { file: file("x/a"), text: "a", before: null },
    { file: file("b"), text: "b", before: "old" },
  ]);
  expect(await readFile(file("x/a"), "utf8")).toBe("a");
  expect(await readFile(file("b"), "utf8")).toBe("b");
  expect(await readdir(folder.path)).toEqual(["b", "x"]);
});

test("when one cannot be written, all others are as they were, and nothing is left over", async () => {
  await using folder = await temporaryFolder();
  const file = (name: string) => join(folder.path, name);
  await writeFile(file("b"), "old");
  await mkdir(file("taken/inside"), { recursive: true });
  const changes = [
    { file: file("a"), text: "a", before: null },
    { file: file("b"), text: "b", before: "old" },
    { file: file("taken"), text: "c", before: null },
  ];
  await expect(writeTogether(changes)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  expect(await readFile(file("b"), "utf8")).toBe("old");
  expect(await readdir(folder.path)).toEqual(["b", "taken"]);
});
