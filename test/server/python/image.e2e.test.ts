import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { cache, startPython } from "./python.ts";

test("an image that was damaged is made again", async () => {
  const shared = startPython();
  await shared.run("1");
  await shared.interpreter.close();
  const folder = await mkdtemp(path.join(tmpdir(), "playbill-image-"));
  await cp(cache, folder, { recursive: true });
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  for (const file of files) await writeFile(file, (await readFile(file)).subarray(0, 1_000_000));

  const python = startPython({ cache: folder });
  expect(await python.logs("1 + 1")).toBe("2\n");
  await python.interpreter.close();
  const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length));
  expect(Math.max(...sizes)).toBeGreaterThan(30_000_000);
  await rm(folder, { recursive: true });
});
