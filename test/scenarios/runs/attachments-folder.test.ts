import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  attachmentsFolder,
  copyAttachments,
  keepAttachment,
  readAttachment,
} from "../../../src/scenarios/runs/attachments-folder.ts";
import { folder } from "../folder.ts";

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);

test("what is kept is read back by its hash, and goes along into another run", async () => {
  const [one, other] = [join(await folder(), "results.jsonl"), join(await folder(), "results.jsonl")];
  const kept = await keepAttachment(attachmentsFolder(one), png);
  expect(kept).toMatchObject({ bytes: 9, image: "image/png" });
  expect(await keepAttachment(attachmentsFolder(one), png)).toEqual(kept);
  await copyAttachments(one, other);
  for (const results of [one, other])
    expect([...((await readAttachment(attachmentsFolder(results), kept.sha256)) ?? [])]).toEqual([...png]);
});

test("a file that is not as it was kept, or that a results file makes up, is none", async () => {
  const root = await folder();
  const kept = await keepAttachment(join(root, "attachments"), png);
  await writeFile(join(root, "secret"), "x");
  expect(await readAttachment(join(root, "attachments"), "../secret")).toBeNull();
  await writeFile(join(root, "attachments", kept.sha256), "cut");
  expect(await readAttachment(join(root, "attachments"), kept.sha256)).toBeNull();
  await copyAttachments(join(root, "none", "results.jsonl"), join(root, "results.jsonl"));
});
