import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/kit/hash.ts";
import { run, temporaryFolder } from "./run.ts";

const workflow = ".github/workflows/playbill.yaml";

describe("init --update", () => {
  test("refreshes schemas and unedited files, and reports what it left alone", async () => {
    await using folder = await temporaryFolder();
    await run(folder.path, ["init", ".", "--skill"]);
    const update = () => run(folder.path, ["init", "--update"]);
    expect((await update()).stdout).toMatch(/^Nothing to update/);

    // As an older version wrote them: the record has the hash of that text.
    const skill = ".claude/skills/playbill/SKILL.md";
    const record = join(folder.path, ".playbill/init.json");
    const { files } = JSON.parse(await readFile(record, "utf8")) as { files: Record<string, string> };
    await folder.write(skill, "a\n");
    await folder.write("schemas/tool.schema.json", "a\n");
    await folder.write(workflow, "mine\n");
    await folder.write(
      ".playbill/init.json",
      JSON.stringify({ format_version: 1, files: { ...files, [skill]: sha256("a\n") } }),
    );
    const updated = await update();
    expect(updated).toMatchObject({ exitCode: 0 });
    expect(updated.stdout.replace(/\d+\.\d+\.\d+/, "VERSION")).toBe(
      `Updated 2 files to playbill VERSION:\n  schemas/  1 file\n  ${skill}\nLeft alone, because they were edited:\n  ${workflow}\n`,
    );
    expect(await readFile(join(folder.path, workflow), "utf8")).toBe("mine\n");
    expect(await readFile(join(folder.path, skill), "utf8")).toBe(readFileSync("SKILL.md", "utf8"));
    expect(JSON.parse(await readFile(record, "utf8"))).toEqual({ format_version: 1, files });
  });

  test("adds schemas to an older project, and nothing else that it did not have", async () => {
    await using folder = await temporaryFolder();
    await folder.write("playbill.yaml", "project: mine\n");
    await folder.write("deep/er/x", "");
    expect(await run(join(folder.path, "deep/er"), ["init", "--update"])).toMatchObject({ exitCode: 0 });
    expect(readdirSync(folder.path).toSorted()).toEqual([".playbill", "deep", "playbill.yaml", "schemas"]);
  });

  test("needs a project", async () => {
    await using folder = await temporaryFolder();
    const refused = await run(folder.path, ["init", "--update"]);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("error[no_project]")]);
  });
});

test("init --skill adds the skill alone to a project that is there, and leaves one that was edited", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: mine\n");
  expect((await run(folder.path, ["init", "--skill"])).stdout).toBe(
    "Wrote 2 files.\n  .claude/skills/playbill/SKILL.md\n  .agents/skills/playbill/SKILL.md\n",
  );
  expect((await run(folder.path, ["init", "--skill"])).stdout).toBe("Nothing to write.\n");
  await folder.write(".agents/skills/playbill/SKILL.md", "mine\n");
  const refused = await run(folder.path, ["init", "--skill"]);
  expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("error[file_exists]")]);
});
