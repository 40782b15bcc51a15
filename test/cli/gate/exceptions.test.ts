import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Outcome, type TemporaryFolder, run, temporaryFolder } from "../run.ts";

// What a gate has to do with whatever keeps scenarios from counting, resources from being changed, or tests from being run.

const scenario = (say = "hello", more = "") =>
  `assistant: desk\n${more}turns: [{ user: hi, script: [{ say: ${say} }], expect: { reply: { contains: hello } } }]\n`;
const desk = "model: gpt-4o\ninstructions: Be kind.\n";
const gate = ["sync", "--gate", "--yes", "-j", "1"];

async function project(files: Record<string, string>): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const all = { "playbill.yaml": "project: desk\n", "assistants/desk.yaml": desk, ...files };
  for (const [file, text] of Object.entries(all)) await folder.write(file, text);
  return folder;
}

const isSynced = async ({ path }: TemporaryFolder): Promise<boolean> =>
  (await run(path, ["plan", "--expect-no-changes"])).exitCode === 0;

const at = (day: string) => ({ now: () => Date.parse(`${day}T12:00:00Z`) });

async function expectEnd(outcome: Promise<Outcome>, exitCode: number, text: string): Promise<void> {
  const { exitCode: code, output } = await outcome;
  expect(code, output).toBe(exitCode);
  expect(output).toContain(text);
}

test("a budget that is used up midway changes nothing, and what was paid for is not paid for again", async () => {
  const scenarios = Object.fromEntries([1, 2, 3].map((number) => [`scenarios/s${number}.yaml`, scenario()]));
  const prices = "project: desk\nprices: { gpt-4o: { input: 500, output: 500 } }\n";
  await using folder = await project({ ...scenarios, "playbill.yaml": prices });
  const { stdout } = await run(folder.path, ["test", "--id", "s1", "--json"]);
  const { results } = JSON.parse(stdout) as { results: { record: { turns: { cost: number }[] } }[] };
  const cost = results[0]!.record.turns[0]!.cost;
  await expectEnd(run(folder.path, [...gate, "--budget", (cost * 1.5).toFixed(6)]), 6, "Nothing was changed.");
  expect(await isSynced(folder)).toBe(false);
  await expectEnd(run(folder.path, [...gate, "--budget", (cost * 1.5).toFixed(6)]), 0, "1 passed");
  expect(await isSynced(folder)).toBe(true);
});

test("what is skipped tests nothing until its day, and from then on it has to pass", async () => {
  const skip = "skip: { reason: not yet, until: 2026-12-24 }\n";
  await using folder = await project({ "scenarios/order.yaml": scenario("goodbye", skip) });
  await expectEnd(run(folder.path, gate, at("2026-12-23")), 3, "untested: no scenario uses it");
  await folder.write("scenarios/other.yaml", scenario());
  await expectEnd(run(folder.path, gate, at("2026-12-23")), 0, "1 passed");
  await folder.write("assistants/desk.yaml", desk.replace("kind", "brief"));
  await expectEnd(run(folder.path, gate, at("2026-12-24")), 1, "1 passed, 1 failed");
  expect(await isSynced(folder)).toBe(false);
  await folder.write("scenarios/order.yaml", scenario("hello", skip));
  await expectEnd(run(folder.path, gate, at("2026-12-24")), 0, "1 passed");
});

test("what is in quarantine tests nothing until its day, and from then on it has to pass", async () => {
  const quarantine =
    'scenarios:\n  order: { owner: "@a", reason: r, evidence: https://x.example, expires: 2026-12-24 }\n';
  await using folder = await project({
    "scenarios/order.yaml": scenario("goodbye"),
    "scenarios/quarantine.yaml": quarantine,
  });
  await expectEnd(run(folder.path, gate, at("2026-12-23")), 3, "untested: no scenario uses it");
  await folder.write("scenarios/other.yaml", scenario());
  await expectEnd(run(folder.path, gate, at("2026-12-23")), 0, "1 passed");
  await folder.write("assistants/desk.yaml", desk.replace("kind", "brief"));
  await expectEnd(run(folder.path, gate, at("2026-12-24")), 1, "1 passed, 1 failed");
  expect(await isSynced(folder)).toBe(false);
});

test("what is protected is refused before anything is tested, and what is let go or deleted needs no test", async () => {
  await using folder = await project({
    "scenarios/order.yaml": scenario(),
    "assistants/other.yaml": "model: gpt-4o\nprotect: true\n",
  });
  await expectEnd(run(folder.path, [...gate, "--allow-untested", "draft"]), 0, "2 created");
  await rm(join(folder.path, "assistants/other.yaml"));
  await folder.write("assistants/desk.yaml", desk.replace("kind", "brief"));
  const refused = await run(folder.path, [...gate, "--prune"]);
  expect(refused.exitCode, refused.output).toBe(3);
  expect(refused.output).toContain("protected");
  expect(refused.output).not.toContain("passed (");
  await folder.write("playbill.yaml", "project: desk\nremoved: [assistant.other]\n");
  await expectEnd(run(folder.path, gate), 0, "assistant.other detached");
  expect(await isSynced(folder)).toBe(true);
});

test("what one target's model showed counts for no target with another one", async () => {
  const targets = [
    "targets:",
    "  local: { api: assistants, server: embedded }",
    "  next: { api: assistants, server: embedded, models: { gpt-4o: gpt-6 } }",
    "default_target: local",
  ];
  await using folder = await project({
    "scenarios/order.yaml": scenario(),
    "playbill.yaml": `project: desk\n${targets.join("\n")}\n`,
  });
  await expectEnd(run(folder.path, gate), 0, "1 passed");
  await expectEnd(run(folder.path, ["sync", "--require-tested", "--yes", "--target", "next"]), 3, "untested: order");
  await expectEnd(run(folder.path, [...gate, "--target", "next"]), 0, "1 passed");
  const lock = await readFile(join(folder.path, ".playbill/next.lock.json"), "utf8");
  expect(lock).toMatch(/"proof": "tested:[0-9a-f]{16}"/);
});
