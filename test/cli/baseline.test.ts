import { execFileSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startEndpoint } from "../targets/chat/endpoint.ts";
import { run, temporaryFolder } from "./run.ts";

const event = (value: object) =>
  `data: ${JSON.stringify({ object: "chat.completion.chunk", model: "m", ...value })}\n\n`;
const usage = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };

/** A streamed answer of an endpoint. */
function saying(content: string) {
  const body = [
    event({ choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }] }),
    event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
    event({ choices: [], usage }),
    "data: [DONE]\n\n",
  ];
  return { headers: { "content-type": "text/event-stream" }, body: body.join("") };
}

/** A project whose model says what the test puts into `say`, by the word in the user's text: one answer a run, the last for ever. */
async function project(words: readonly string[]) {
  const say: Record<string, string[]> = Object.fromEntries(words.map((word) => [word, ["yes"]]));
  const { baseUrl } = await startEndpoint(({ body }) => {
    const text = JSON.stringify(body.messages.at(-1)?.content);
    const answers = say[words.find((word) => text.includes(word)) ?? ""] ?? [];
    return saying((answers.length > 1 ? answers.shift() : answers[0]) ?? "");
  });
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const target = `{ api: assistants, server: embedded, model: openai, upstream_base_url: "${baseUrl}", upstream_api_key: none }`;
  await folder.write("playbill.yaml", `project: shop\ntargets:\n  live: ${target}\ndefault_target: live\n`);
  await folder.write("assistants/support.yaml", "model: m\ninstructions: Help.\n");
  for (const word of words) {
    const turns = `[{ user: "say ${word}", expect: { reply: { contains: "yes" } } }]`;
    await folder.write(
      `scenarios/${word}.yaml`,
      `assistant: support\nrepeat: { runs: 16, pass: "80%" }\nturns: ${turns}\n`,
    );
  }
  return { folder, say, playbill: (...argv: string[]) => run(folder.path, argv) };
}

const file = "scenarios/baselines/live.json";
const yes = (count: number) => Array.from({ length: count }, () => "yes");
const no = (count: number) => Array.from({ length: count }, () => "no");

test("a run is blessed, later runs are compared with it, and what got worse fails", async () => {
  const { folder, say, playbill } = await project(["alpha", "beta"]);
  await playbill("test", "--all-runs");
  const shown = await playbill("bless");
  expect(shown.exitCode).toBe(3);
  expect(shown.stdout).toContain("  + alpha  16/16\n  + beta  16/16\n");
  expect(shown.stderr).toContain("error[not_confirmed]");
  expect((await playbill("bless", "--yes")).stdout).toContain(`Wrote ${file}.`);
  const text = await readFile(join(folder.path, file), "utf8");
  expect((await playbill("bless", "--yes")).stdout).toContain(`${file} is already up to date.`);
  expect(await readFile(join(folder.path, file), "utf8")).toBe(text);

  const same = await playbill("test", "--baseline", file);
  expect(same.exitCode).toBe(0);
  expect(same.stdout).toContain(`against ${file}: 2 stable\n`);

  const junit = ["--reporter", "list", "--reporter", "junit=junit.xml"];
  const xml = () => readFile(join(folder.path, "junit.xml"), "utf8");
  say.alpha = [...no(4), ...yes(12)];
  const noise = await playbill("test", "--baseline", file, ...junit);
  expect(noise.exitCode).toBe(0);
  expect(noise.stdout).toContain("1 passed, 1 failed");
  expect(noise.stdout).toContain("not counted as failed (no worse than the baseline): 1 scenario");
  expect(await xml()).toContain('alpha.yaml" tests="1" failures="0" errors="0"');
  expect((await xml()).match(/<flakyFailure /g)).toHaveLength(4);

  say.alpha = no(16);
  const worse = await playbill("test", "--baseline", file, ...junit);
  expect(worse.exitCode).toBe(1);
  expect(worse.stdout).toMatch(/1 regression, 1 stable\n {2}✗ alpha {2}16\/16 -> 0\/16 {2}regression \(p < 0\.0001\)/);

  expect(await xml()).toContain('alpha.yaml" tests="1" failures="1" errors="0"');
  expect(await xml()).toContain('<failure message="regression: 16/16 -&gt; 0/16" type="baseline">');
  expect(await xml()).toContain("; shown: run 2\n");

  const refused = await playbill("bless", "--yes");
  expect(refused).toMatchObject({ exitCode: 3 });
  expect(refused.stderr).toContain("error[failures_to_accept]: 1 scenario failed or got worse: alpha");
  expect(refused.stderr).toContain("playbill bless --accept 1");
  const elsewhere = await playbill("bless", "--yes", "--target", "live", "--out", "b.json");
  expect(elsewhere.stderr).toContain("playbill bless --target live --out b.json --accept 1");
  expect(await readFile(join(folder.path, file), "utf8")).toBe(text);
  expect((await playbill("bless", "--yes", "--accept", "2")).exitCode).toBe(3);
  expect((await playbill("bless", "--yes", "--accept", "1")).exitCode).toBe(0);
  expect((await playbill("test", "--baseline", file)).exitCode).toBe(0);
});

test("a baseline that gets worse in steps that are no regressions reports that when it is refreshed", async () => {
  const { folder, say, playbill } = await project(["alpha"]);
  const git = (...args: string[]) =>
    String(execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder.path })).trim();
  git("init", "--quiet");
  for (const passed of [16, 12]) {
    const scenarios = { alpha: { assistant: "support", counted: 16, passed, paths: {} } };
    const baseline = { format_version: 1, project: "shop", target: "live", assistants: {}, scenarios };
    await folder.write(file, JSON.stringify(baseline));
    git("add", file);
    git("commit", "--quiet", "-m", `${passed} passed`);
  }
  say.alpha = [...no(8), ...yes(8)];
  await playbill("test", "--all-runs");
  const { stdout } = await playbill("bless", "--yes", "--accept", "1");
  const first = git("rev-parse", "--short", "HEAD~1");
  expect(stdout).toContain(`  ! alpha  16/16 -> 8/16  drifted since ${first} (`);
  expect(stdout).toContain("although no single step was a regression (p = ");
  const { drift } = JSON.parse((await playbill("bless", "--yes", "--accept", "1", "--json")).stdout) as {
    drift: object;
  };
  expect(drift).toMatchObject([{ id: "alpha", before: { passed: 16 }, after: { passed: 8 } }]);
});

test("what is written is what was shown: a file that changed meanwhile stays, and no is no", async () => {
  const { folder, playbill } = await project(["alpha"]);
  await playbill("test", "--all-runs");
  const path = join(folder.path, file);
  const ask = async () => {
    await folder.write(file, "somebody else's");
    return "yes";
  };
  const changed = await run(folder.path, ["bless"], { ask });
  expect(changed).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("changed_since_plan") as string });
  expect(await readFile(path, "utf8")).toBe("somebody else's");
  expect((await playbill("bless", "--yes")).stderr).toContain("error[damaged_baseline]");
  await rm(path);
  const no = await run(folder.path, ["bless"], { ask: async () => "y" });
  expect(no).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Nothing was written.") as string });
  expect(await readFile(path, "utf8").catch(() => null)).toBeNull();
});

test("one failed run is not a regression: it is undecided, and states how many runs would decide", async () => {
  const { say, playbill } = await project(["alpha"]);
  await playbill("test", "--repeat", "20", "--all-runs");
  await playbill("bless", "--yes");
  say.alpha = ["no"];
  const red = await playbill("test", "--repeat", "1", "--baseline", file);
  expect(red.exitCode).toBe(7);
  expect(red.stdout).toMatch(/\? alpha {2}20\/20 -> 0\/1 {2}insufficient data: \d+ runs would be enough/);
  const json = JSON.parse((await playbill("test", "--repeat", "1", "--baseline", file, "--json")).stdout) as object;
  expect(json).toMatchObject({
    baseline: { file, scenarios: [{ id: "alpha", change: "insufficient", after: { passed: 0, counted: 1 } }] },
  });
});

test("every run is executed for a comparison; a scenario decided early is not blessed", async () => {
  const { say, playbill } = await project(["alpha"]);
  say.alpha = [...no(4), "yes"];
  await playbill("test");
  const early = await playbill("bless", "--yes");
  expect(early.exitCode).toBe(4);
  expect(early.stderr).toContain("error[nothing_to_bless]");
  expect(early.stderr).toContain("its runs stopped once the verdict was certain; use --all-runs");
});

describe("a baseline that cannot be used is refused before anything runs", () => {
  const sound = {
    format_version: 1,
    project: "shop",
    target: "live",
    assistants: {},
    scenarios: { alpha: { assistant: "support", counted: 20, passed: 20, paths: {} } },
  };
  const scenarios = (counts: object) => ({ scenarios: { alpha: { ...sound.scenarios.alpha, ...counts } } });

  test.each<[string, string, string]>([
    ["no JSON", '{\n  "format_version": 1,,\n}', "error[damaged_baseline]|:2:23"],
    ["a merge", `<<<<<<< HEAD\n${JSON.stringify(sound)}`, "error[damaged_baseline]|:1:1"],
    ["a newer version", JSON.stringify({ ...sound, format_version: 2 }), "error[newer_baseline]"],
    [
      "one behind a byte order mark",
      `\uFEFF${JSON.stringify({ ...sound, project: "x" })}`,
      "error[other_baseline]|:1:",
    ],
    ["another project", JSON.stringify({ ...sound, project: "other" }, null, 1), "error[other_baseline]|:3:13"],
    ["another target", JSON.stringify({ ...sound, target: "prod" }, null, 1), "error[other_baseline]|:4:12"],
    ["another suite", JSON.stringify({ ...sound, scenarios: { x: sound.scenarios.alpha } }), "error[other_baseline]"],
    [
      "a count that is none",
      JSON.stringify({ ...sound, ...scenarios({ passed: "many" }) }, null, 1),
      "error[wrong_type]|:10:",
    ],
    [
      "more passes than runs",
      JSON.stringify({ ...sound, ...scenarios({ passed: 21 }) }, null, 1),
      "error[out_of_range]|:10:",
    ],
    ["a key too many", JSON.stringify({ ...sound, ...scenarios({ when: 1 }) }, null, 1), "error[unknown_key]|:12:"],
  ])("%s", async (_, text, expected) => {
    const { folder, playbill } = await project(["alpha"]);
    await folder.write("b.json", text);
    const { exitCode, stdout, stderr } = await playbill("test", "--baseline", "b.json");
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    const [code = "", place = ""] = expected.split("|");
    expect(stderr).toContain(code);
    expect(stderr).toContain(place === "" ? "" : `b.json${place}`);
  });

  test("one that is not there", async () => {
    const { playbill } = await project(["alpha"]);
    expect((await playbill("test", "--baseline", "nowhere.json")).stderr).toContain("error[missing_file]");
  });
});
