import { execFileSync } from "node:child_process";
import { appendFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCheckout } from "../../src/api/git.ts";
import { temporaryFolder } from "./run.ts";

/** A project in a folder of a repository, all of it committed. */
async function openRepository() {
  const folder = await temporaryFolder();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", ...args], { cwd: folder.path });
  for (const file of ["desk/playbill.yaml", "desk/assistants/a.yaml", "desk/.playbill/locks/prod.json", "other.txt"]) {
    await folder.write(file, "x\n");
  }
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  return folder;
}

test.each([
  ["nothing", null, false],
  ["a declaration", "desk/assistants/a.yaml", true],
  ["a new declaration", "desk/assistants/b.yaml", true],
  ["a new declaration with a name that Git quotes", "desk/assistants/Käse und Brot.yaml", true],
  ["the settings", "desk/playbill.yaml", true],
  ["the lock, which a sync itself changes", "desk/.playbill/locks/prod.json", false],
  ["a saved plan", "desk/plan.json", false],
  ["a file outside the project", "other.txt", false],
])("changed: %s", async (_what, file, dirty) => {
  await using folder = await openRepository();
  if (file !== null) await appendFile(join(folder.path, file), "y\n");
  const checkout = await readCheckout(join(folder.path, "desk"));
  expect(checkout).toEqual({ commit: expect.stringMatching(/^[0-9a-f]{40,}$/), dirty });
});

test("a project that is new as a whole", async () => {
  await using folder = await openRepository();
  for (const file of ["new/playbill.yaml", "new/assistants/a.yaml", "new/.playbill/locks/prod.json"])
    await folder.write(file, "x\n");
  expect(await readCheckout(join(folder.path, "new"))).toMatchObject({ dirty: true });
  expect(await readCheckout(join(folder.path, "desk"))).toMatchObject({ dirty: false });
});

test("a folder that a link leads to is in the repository that it really lies in", async () => {
  await using folder = await openRepository();
  await using other = await temporaryFolder();
  await symlink(join(folder.path, "desk"), join(other.path, "link"));
  expect(await readCheckout(join(other.path, "link"))).toMatchObject({ dirty: false });
});

test("no repository, and one without a commit", async () => {
  await using folder = await temporaryFolder();
  expect(await readCheckout(folder.path)).toBeNull();
  execFileSync("git", ["init", "--quiet"], { cwd: folder.path });
  expect(await readCheckout(folder.path)).toBeNull();
});
