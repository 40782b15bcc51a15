import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { removeUnfinished, unfinishedName, writeTogether, writeWhole } from "../../src/kit/files.ts";
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

test("two writes of one file at the same time leave one of the two, whole, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "a");
  const texts = ["1", "2", "3", "4"].map((each) => each.repeat(100_000));
  await Promise.all(texts.map((text) => writeWhole(file, text)));
  expect(texts).toContain(await readFile(file, "utf8"));
  expect(await readdir(folder.path)).toEqual(["a"]);
});

test("what a killed process of this machine left of a file is removed, but nothing that another process may be writing", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "report.html");
  const own = basename(unfinishedName(file));
  const killed = own.replace(`-${process.pid}-`, `-${2 ** 30}-`);
  const elsewhere = killed.replace(/html\.\w+-/, "html.abcdef-");
  for (const name of [own, killed, elsewhere, "other.html"]) await writeFile(join(folder.path, name), "");
  await removeUnfinished(file);
  expect(await readdir(folder.path)).toEqual([own, elsewhere, "other.html"].toSorted());
});
