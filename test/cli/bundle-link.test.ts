import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

test("a bundle is written nowhere out of the project, also not through a link", async () => {
  const outside = await mkdtemp(join(tmpdir(), "playbill-outside-"));
  try {
    await using project = await temporaryFolder();
    await project.write(
      "playbill.yaml",
      "project: desk\ntargets:\n  local: { api: responses, server: embedded, model: script, bundle: dist/a.json }\n",
    );
    await project.write("assistants/a.yaml", "model: gpt-4o\n");
    await symlink(outside, join(project.path, "dist"));
    const { exitCode, stderr } = await run(project.path, ["sync", "--yes"]);
    expect(stderr).toContain('error[outside_project]: "dist", on the way to the bundle dist/a.json');
    expect(exitCode).toBe(4);
    expect(await readdir(outside)).toEqual([]);
  } finally {
    await rm(outside, { recursive: true });
  }
});
