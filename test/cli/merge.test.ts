import { readFile, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const scenarioText = (reply: string) =>
  `assistant: a\nturns: [{ user: Hi, script: [{ say: ${reply} }], expect: { reply: { contains: "yes" } } }]\n`;

async function projectOf(replies: Record<string, string>): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: runs\n");
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
  for (const [id, reply] of Object.entries(replies)) await project.write(`scenarios/${id}.yaml`, scenarioText(reply));
  return project;
}

/** Runs the shards of a suite, a blob each. */
async function shards({ path }: TemporaryFolder, of: number, ...argv: string[]): Promise<string[]> {
  const files = Array.from({ length: of }, (_, index) => `${index + 1}.blob`);
  for (const [index, file] of files.entries())
    await run(path, ["test", "--shard", `${index + 1}/${of}`, "--reporter", `blob=${file}`, ...argv]);
  return files;
}

interface Json {
  results: { id: string; status: string }[];
  summary: Record<string, number>;
  incomplete?: unknown;
}

async function merged({ path }: TemporaryFolder, ...argv: string[]): Promise<{ exitCode: number; json: Json }> {
  const { exitCode, stdout, output } = await run(path, ["merge", "--json", ...argv]);
  expect(stdout, output).toMatch(/^\{"format_version"/);
  return { exitCode, json: JSON.parse(stdout) as Json };
}

const statusesOf = ({ results }: Json) => results.map(({ id, status }) => [id, status]);
const runsOf = async ({ path }: TemporaryFolder) => (await readdir(join(path, ".playbill/runs"))).toSorted();

const replies = { a: "yes", b: "no", c: "yes", d: "yes", e: "yes" };

test.each([1, 2, 3, 7])("%i shards come to what the whole suite comes to", async (of) => {
  await using project = await projectOf(replies);
  const whole = await run(project.path, ["test", "--json"]);
  const { exitCode, json } = await merged(project, ...(await shards(project, of)).toReversed());
  expect(exitCode).toBe(whole.exitCode);
  expect(statusesOf(json)).toEqual(statusesOf(JSON.parse(whole.stdout) as Json));
});

test("what is left of a merged run is run by --last-failed, and it can be judged again, reported and blessed", async () => {
  await using project = await projectOf(replies);
  await merged(project, ...(await shards(project, 2)));
  expect((await run(project.path, ["report", "last", "--reporter", "list"])).stdout).toContain("4 passed, 1 failed");
  expect((await run(project.path, ["regrade", "last"])).stdout).toContain("nothing changed");
  const blessed = await run(project.path, ["bless", "--accept", "1", "--yes"]);
  expect(blessed, blessed.output).toMatchObject({ exitCode: 0 });
  expect((await run(project.path, ["test", "--last-failed"])).stdout).toMatch(/^✗ b[^]*\n1 failed/);
  const compared = await shards(project, 2, "--baseline", "scenarios/baselines/local.json");
  const { exitCode, stdout } = await run(project.path, ["merge", ...compared]);
  expect(stdout).toContain("against scenarios/baselines/local.json: 1 stable, 4 insufficient data");
  expect(exitCode).toBe(0);
});

test("a missing shard is named, and there is no verdict", async () => {
  await using project = await projectOf({ a: "yes", b: "yes", c: "yes" });
  const [first = "", , third = ""] = await shards(project, 3);
  const { exitCode, json } = await merged(project, first, third);
  expect(exitCode).toBe(7);
  expect(json.incomplete).toEqual({ shards: [{ number: 2, of: 3, why: "missing" }], scenarios: ["b"] });
  const list = await run(project.path, ["report", "last"]);
  expect(list).toMatchObject({ exitCode: 0 });
  expect(list.stdout).toContain("shard 2/3 never reported\n1 scenario has no result: b\n");
  expect((await run(project.path, ["test", "--resume", "last"])).stderr).toContain("2 of 3 were already done");
});

test("a shard that was cut off counts as unfinished", async () => {
  await using project = await projectOf({ a: "yes", b: "yes" });
  const [first = "", second = ""] = await shards(project, 2);
  const text = gunzipSync(await readFile(join(project.path, second))).toString();
  const [header = ""] = text.split("\n");
  await writeFile(join(project.path, "killed.jsonl"), `${header}\n{"id":"b","na`);
  const { exitCode, json } = await merged(project, first, "killed.jsonl");
  expect(exitCode).toBe(7);
  expect(json.incomplete).toEqual({ shards: [{ number: 2, of: 2, why: "unfinished" }], scenarios: ["b"] });
});

const changed = (text: string, header: object) => {
  const [first = "", ...lines] = text.split("\n");
  return [JSON.stringify({ ...(JSON.parse(first) as object), ...header }), ...lines].join("\n");
};

test.each<[string, (text: string) => string | null, RegExp]>([
  ["is of another project", (text) => changed(text, { project: "other" }), /cannot_merge.*project runs and other/],
  ["is of another commit", (text) => changed(text, { commit: "abc" }), /cannot_merge.*commit none and abc/],
  ["is of another target", (text) => changed(text, { target: "live" }), /cannot_merge.*target local and live/],
  [
    "is of another suite",
    (text) => changed(text, { shard: { number: 2, of: 2, suite: ["a", "z"] } }),
    /cannot_merge.*only one has the scenario b/,
  ],
  [
    "is the same shard",
    (text) => changed(text, { shard: { number: 1, of: 2, suite: ["a", "b"] } }),
    /cannot_merge.*1\.blob and 2\.blob are both shard 1\/2/,
  ],
  ["is not a shard", (text) => changed(text, { shard: null }), /cannot_merge.*2\.blob is not a shard/],
  ["is of a newer version", (text) => changed(text, { format_version: 99 }), /newer_run/],
  ["is something else", () => "# Hello\n", /damaged_run/],
  ["has a broken line", (text) => text.replace('{"id"', '{"xd"'), /damaged_run.*line 2 of 2\.blob/],
  ["is not there", () => null, /unknown_run.*there is no such file/],
])("nothing is written when a blob %s", async (_, change, told) => {
  await using project = await projectOf({ a: "yes", b: "yes" });
  const files = await shards(project, 2);
  const path = join(project.path, "2.blob");
  const text = change(gunzipSync(await readFile(path)).toString());
  if (text === null) files[1] = "gone.blob";
  else await writeFile(path, gzipSync(text));
  const before = await runsOf(project);
  const { exitCode, stderr, stdout } = await run(project.path, ["merge", ...files, "--reporter", "junit=j.xml"]);
  expect(stderr.replaceAll("\n", " ")).toMatch(told);
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(await runsOf(project)).toEqual(before);
  expect(await readdir(project.path)).not.toContain("j.xml");
});

test("a blob that was cut off is refused", async () => {
  await using project = await projectOf({ a: "yes" });
  const [file = ""] = await shards(project, 1);
  await truncate(join(project.path, file), 100);
  const { exitCode, stderr } = await run(project.path, ["merge", file]);
  expect(stderr).toContain("error[damaged_run]: 1.blob is truncated or damaged");
  expect(exitCode).toBe(4);
});

test("a run without scenarios cannot be reported or merged", async () => {
  await using project = await projectOf({ a: "yes" });
  await shards(project, 2);
  const [, empty = ""] = await runsOf(project);
  await writeFile(
    join(project.path, "2.blob"),
    changed(await readFile(join(project.path, ".playbill/runs", empty, "results.jsonl"), "utf8"), { shard: null }),
  );
  for (const argv of [
    ["report", empty],
    ["merge", "2.blob"],
  ]) {
    const { exitCode, stderr } = await run(project.path, argv);
    expect(stderr).toContain("error[empty_run]");
    expect(exitCode).toBe(4);
  }
});

test("a report that cannot be made whole leaves the one that was there", async () => {
  await using project = await projectOf({ a: "yes" });
  const [file = ""] = await shards(project, 1);
  await project.write("j.xml", "before");
  const argv = ["report", file, "--reporter", "junit=j.xml", "--reporter", "tap=playbill.yaml/t.tap"];
  expect((await run(project.path, argv)).exitCode).not.toBe(0);
  expect(await readFile(join(project.path, "j.xml"), "utf8")).toBe("before");
  expect((await readdir(project.path)).filter((name) => name.endsWith(".new"))).toEqual([]);
  expect((await run(project.path, argv.slice(0, 4))).exitCode).toBe(0);
  expect(await readFile(join(project.path, "j.xml"), "utf8")).toContain("</testsuites>");
});

test("a folder is not taken for a blob", async () => {
  await using project = await projectOf({ a: "yes" });
  const { exitCode, stderr } = await run(project.path, ["merge", "scenarios"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("scenarios cannot be read: it is a folder");
});
