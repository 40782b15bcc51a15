import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";

/** A project whose three scenarios were written of conversations with addresses in them, and were run. */
async function project() {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/support.yaml", "model: gpt-4o-mini\n");
  const conversations = ["ann", "bob", "cid"].map((name) => ({
    messages: [
      { role: "user", content: `Call ${name} by ${name}@desk.example.` },
      { role: "assistant", content: "Hi." },
    ],
  }));
  await folder.write("a.jsonl", conversations.map((each) => `${JSON.stringify(each)}\n`).join(""));
  await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
  const { exitCode, output } = await run(folder.path, ["test"]);
  expect(exitCode, output).toBe(0);
  return folder;
}

const scenariosIn = async (path: string) => (await readdir(join(path, "scenarios"))).toSorted();

test("what was redacted once is not another scenario when a run of it is written", async () => {
  await using folder = await project();
  const written = await scenariosIn(folder.path);
  expect(written).toHaveLength(3);
  for (const name of written) {
    const exported = await run(folder.path, ["scenario", "from-run", "last", name.replace(".yaml", "")]);
    expect(exported.stdout, exported.output).toContain("1 scenario already exists.");
  }
  expect(await scenariosIn(folder.path)).toEqual(written);
});

test("a line of the results that cannot be read is reported", async () => {
  await using folder = await project();
  const runs = join(folder.path, ".playbill/runs");
  const [name = ""] = await readdir(runs);
  await appendFile(join(runs, name, "results.jsonl"), '{"id": "cut of\n');
  const [first = ""] = await scenariosIn(folder.path);
  const { exitCode, stderr } = await run(folder.path, ["scenario", "from-run", "last", first.replace(".yaml", "")]);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^line \d+ of the results of \S+ cannot be read/);
});
