import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TranscriptPart } from "../../src/scenarios/judging/transcript-parts.ts";
import { completion, startEndpoint } from "../targets/chat/endpoint.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

/** A judge that says no to every rubric with "never" in it, and yes to all others. */
async function startJudge() {
  return startEndpoint(({ body }) => {
    const [, user] = body.messages;
    const lines = (user?.content ?? "").split("\n").filter((line) => line.startsWith("{"));
    const last = (JSON.parse(lines.at(-1) ?? "{}") as TranscriptPart).text;
    const verdict = user?.content.startsWith("Rubric: never") === true ? "fail" : "pass";
    return completion(JSON.stringify({ reason: "so it is", quotes: [last], verdict }));
  });
}

const settings = (baseUrl: string, model: string) =>
  `project: p\nmodels: { judge: { base_url: "${baseUrl}", model: ${model} } }\n`;

async function write(folder: TemporaryFolder, baseUrl: string, expected: string, second = "again") {
  await folder.write("playbill.yaml", settings(baseUrl, "claude-x"));
  await folder.write("assistants/a.yaml", "model: gpt-4o\n");
  const turn = (user: string, expect: string) =>
    `  - user: ${user}\n    script: [{ say: "Hello, ${user}." }]\n    expect: ${expect}\n`;
  await folder.write(
    "scenarios/one.yaml",
    `assistant: a\nturns:\n${turn("hi", expected)}${turn(second, "{ reply: { contains: Hello } }")}`,
  );
  await folder.write("scenarios/two.yaml", `assistant: a\nturns:\n${turn("you", "{ judge: polite }")}`);
}

const runsIn = (folder: TemporaryFolder) => readdir(join(folder.path, ".playbill", "runs"));

test("only new questions are asked, nothing runs, and the old results stay", async () => {
  await using folder = await temporaryFolder();
  const { baseUrl, requests } = await startJudge();
  await write(folder, baseUrl, "{ judge: never polite }");
  expect((await run(folder.path, ["test"])).exitCode).toBe(1);
  expect(requests).toHaveLength(2);
  const [first = ""] = await runsIn(folder);
  const old = await readFile(join(folder.path, ".playbill", "runs", first, "results.jsonl"), "utf8");

  const same = await run(folder.path, ["regrade", "last"]);
  expect([same.exitCode, same.stdout]).toEqual([1, expect.stringContaining("nothing changed\n2 results of ")]);
  expect(same.stdout).toContain("0 questions asked: 1 passed, 1 failed");
  expect(requests).toHaveLength(2);

  // The whole conversation of another scenario: its second turn was never run.
  await write(folder, baseUrl, "{ judge: friendly }");
  const cut = await run(folder.path, ["regrade", first, "--json"]);
  const report = JSON.parse(cut.stdout) as object;
  expect(report).toMatchObject({
    format_version: 1,
    run: first,
    judged: 2,
    gone: [],
    asked: 1,
    changed: [
      { id: "one", before: "failed", after: "not_run", verdicts: [{ turn: 1, subject: "judge", after: "holds" }] },
    ],
    counts: { passed: 1, not_run: 1 },
  });
  expect(requests).toHaveLength(3);
  expect(await readFile(join(folder.path, ".playbill", "runs", first, "results.jsonl"), "utf8")).toBe(old);
  expect(await runsIn(folder)).toHaveLength(3);
});

test("a verdict changes with the rubric, and the change is shown", async () => {
  await using folder = await temporaryFolder();
  const { baseUrl } = await startJudge();
  await write(folder, baseUrl, "{ judge: polite }");
  expect((await run(folder.path, ["test"])).exitCode).toBe(0);
  await write(folder, baseUrl, "{ judge: [polite, never late] }");
  const { exitCode, stdout } = await run(folder.path, ["regrade", "last"]);
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining("one: passed -> failed\n")]);
  expect(stdout).toContain("turn 1, judge: new -> does not hold. the judge says fail: so it is");
  const [, second = ""] = await runsIn(folder);
  expect(stdout).toContain(second);
  const again = await run(folder.path, ["regrade", second]);
  expect(again.stdout).toContain("nothing changed");
  expect(again.stdout).toContain("0 questions asked");
});

test("what cannot be judged again is reported before a model is called", async () => {
  await using folder = await temporaryFolder();
  const { baseUrl, requests } = await startJudge();
  await write(folder, baseUrl, "{ judge: polite }");
  const none = await run(folder.path, ["regrade", "last"]);
  expect([none.exitCode, none.output]).toEqual([4, expect.stringContaining("error[unknown_run]")]);
  await run(folder.path, ["test"]);
  await write(folder, baseUrl, "{ judge: { rubric: polite, model: jugde } }");
  const { exitCode, output } = await run(folder.path, ["regrade", "last"]);
  expect([exitCode, output]).toEqual([4, expect.stringContaining('there is no model "jugde"')]);
  expect(requests).toHaveLength(2);
});

test("another model under the same name is not called for existing answers, and that is reported", async () => {
  await using folder = await temporaryFolder();
  const { baseUrl, requests } = await startJudge();
  await write(folder, baseUrl, "{ judge: polite }");
  await run(folder.path, ["test"]);
  expect((await run(folder.path, ["regrade", "last"])).stdout).not.toContain("which was not called");
  await folder.write("playbill.yaml", settings(baseUrl, "claude-y, temperature: 0"));
  const { exitCode, stdout } = await run(folder.path, ["regrade", "last"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    "2 answers of judge come from claude-x, but judge now refers to claude-y at temperature 0, which was not called",
  );
  expect(requests).toHaveLength(2);
  // A rubric that was changed is asked of the one of today: only the other answer is of the old one.
  await write(folder, baseUrl, "{ judge: friendly }");
  await folder.write("playbill.yaml", settings(baseUrl, "claude-y"));
  const changed = await run(folder.path, ["regrade", "last", "--json"]);
  expect(JSON.parse(changed.stdout)).toMatchObject({
    asked: 1,
    other_models: [{ name: "judge", before: "claude-x", now: "claude-y", answers: 1 }],
  });
});
