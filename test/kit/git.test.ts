import { expect, test } from "vitest";
import { runGit } from "../../src/kit/git.ts";
import { temporaryFolder } from "../cli/run.ts";

test("what Git prints, and what it refuses", async () => {
  await using folder = await temporaryFolder();
  expect(await runGit(folder.path, ["--version"])).toMatch(/^git version/);
  await expect(runGit(folder.path, ["rev-parse", "HEAD"], { GIT_CEILING_DIRECTORIES: "/" })).rejects.toThrow();
});
