import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

/** A project whose evidence was left by a test, and the text of its one file. */
async function tested(): Promise<{ folder: TemporaryFolder; name: string; text: string }> {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/desk.yaml", "model: gpt-4o-mini\ninstructions: Be kind.\n");
  await folder.write(
    "scenarios/a.yaml",
    "assistant: desk\nturns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]\n",
  );
  await run(folder.path, ["test"]);
  const [name = ""] = await readdir(join(folder.path, ".playbill/local.evidence"));
  return { folder, name, text: await readFile(join(folder.path, ".playbill/local.evidence", name), "utf8") };
}

interface Written {
  project: string;
  targets: Record<string, { origin: string; scenarios: Record<string, { at: string; run: string }> }>;
}

const edited = (text: string, edit: (evidence: Written) => void): string => {
  const value = JSON.parse(text) as Written;
  edit(value);
  return JSON.stringify(value);
};
const at =
  (time: string, scenario = "a", target = "prod") =>
  (evidence: Written) => {
    const [[, known]] = Object.entries(evidence.targets) as [[string, Written["targets"][string]]];
    const [shown] = Object.values(known.scenarios);
    evidence.targets = {
      [target]: { origin: "https://api", scenarios: { [scenario]: { ...shown!, at: time, run: time } } },
    };
  };

const known = async ({ path }: TemporaryFolder, name: string): Promise<Written["targets"]> =>
  (JSON.parse(await readFile(join(path, ".playbill/evidence", name), "utf8")) as Written).targets;

test("evidence of another place joins what is known: each target and each scenario, and the newest run of each", async () => {
  const { folder, name, text } = await tested();
  await using _ = folder;
  const add = async (edit: (evidence: Written) => void) => {
    await folder.write(`artifact/${name}`, edited(text, edit));
    return (await run(folder.path, ["evidence", "add", "artifact"])).stdout;
  };
  expect(await add(at("2026-02"))).toBe("Evidence of 1 state of an assistant added.\n");
  expect(await add(at("2026-01"))).toBe("No new evidence.\n");
  expect(await add(at("2026-03", "b"))).toContain("1 state");
  expect(await add(at("2026-01", "a", "staging"))).toContain("1 state");
  const { prod, staging } = await known(folder, name);
  expect(Object.values(prod!.scenarios).map(({ run: each }) => each)).toEqual(["2026-02", "2026-03"]);
  expect(Object.keys(staging!.scenarios)).toEqual(["a"]);
  expect(await add(at("2026-04"))).toContain("1 state");
  expect((await known(folder, name))["prod"]?.scenarios["a"]?.run).toBe("2026-04");
});

test("what is damaged, and what is of another project, counts for nothing", async () => {
  const { folder, name, text } = await tested();
  await using _ = folder;
  await folder.write(
    `artifact/${name}`,
    edited(text, (evidence) => void (evidence.project = "other")),
  );
  await folder.write("artifact/0123456789abcdef.json", text);
  const { exitCode, stdout, stderr } = await run(folder.path, ["evidence", "add", "artifact"]);
  expect([exitCode, stdout]).toEqual([0, "No new evidence.\n"]);
  expect(stderr).toContain("damaged_evidence");
  expect(await run(folder.path, ["evidence", "add", "nowhere"])).toMatchObject({ exitCode: 4 });
});
