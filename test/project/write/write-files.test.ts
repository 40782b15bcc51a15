import { mkdir, readFile, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openProjectFiles } from "../../../src/project/files.ts";
import { writeProjectFiles } from "../../../src/project/write/write-files.ts";
import { temporaryFolder } from "../../cli/run.ts";

const text = "assistant: support\n";

test("files are written in folders that are made for them", async () => {
  await using folder = await temporaryFolder();
  const files = openProjectFiles(folder.path);
  await writeProjectFiles(files, [{ path: "scenarios/deep/a.yaml", text, before: null }]);
  expect(await readFile(join(folder.path, "scenarios/deep/a.yaml"), "utf8")).toBe(text);
});

test.each(["scenarios", "scenarios/deep", "scenarios/deep/files"])(
  "nothing is written where %s is a link out of the project",
  async (linked) => {
    await using folder = await temporaryFolder();
    await using elsewhere = await temporaryFolder();
    await mkdir(join(folder.path, linked, ".."), { recursive: true });
    await symlink(elsewhere.path, join(folder.path, linked));
    const writing = writeProjectFiles(openProjectFiles(folder.path), [
      { path: "a.yaml", text, before: null },
      { path: "scenarios/deep/files/b.yaml", text, before: null },
    ]);
    await expect(writing).rejects.toMatchObject({ problems: [{ code: "outside_project" }] });
    expect(await readdir(elsewhere.path)).toEqual([]);
    expect(await readdir(folder.path)).not.toContain("a.yaml");
  },
);
