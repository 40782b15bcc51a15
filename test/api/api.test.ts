import { expect, test } from "vitest";
import {
  type LoadedProject,
  type Notice,
  type Plan,
  ProblemError,
  apply,
  failureText,
  judge,
  listScenarios,
  loadProject,
  plan,
  problemsText,
  refusals,
  run,
} from "../../src/api/api.ts";
import { run as runCommand } from "../cli/run.ts";
import { shop } from "./project.ts";

const env = {};

/** The codes of the problems that a call throws. */
async function codesOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(({ code }) => code);
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("a project is loaded with what is declared in it, and all that is wrong with one is thrown", async () => {
  const folder = await shop();
  const project = await loadProject({ cwd: `${folder.path}/scenarios`, env });
  expect(project).toEqual({
    root: folder.path,
    name: "shop",
    targets: ["local"],
    defaultTarget: "local",
    addresses: ["assistant.support", "scenario.bad", "scenario.good", "scenario.later"],
    warnings: [],
  });
  await folder.write("assistants/other.yaml", "model: gpt-4o\ntemprature: 1\n");
  await folder.write("scenarios/bad.yaml", "assistant: nobody\n");
  expect(await codesOf(() => loadProject({ cwd: folder.path, env }))).toEqual(["unknown_key", "missing_key"]);
  const needs = (address: string) => address === "scenario.good";
  expect(listScenarios(await loadProject({ cwd: folder.path, env, needs }), { ids: ["good"] })).toHaveLength(1);
});

test("only a project that was loaded is worked with", async () => {
  const folder = await shop();
  const copy: LoadedProject = { ...(await loadProject({ cwd: folder.path, env })) };
  await expect(plan(copy)).rejects.toThrow(TypeError);
});

test("a plan is the one that the command makes; applied, there is nothing left to do", async () => {
  const folder = await shop();
  const project = await loadProject({ cwd: folder.path, env });
  const planned = await plan(project);
  const { stdout } = await runCommand(folder.path, ["plan", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ ...planned, lock: expect.anything() });
  expect(refusals(planned)).toEqual([]);

  const seen: string[] = [];
  const onProgress = (progress: { kind: string; address: string }) => seen.push(`${progress.kind} ${progress.address}`);
  const applied = await apply(project, planned, { onProgress });
  expect(applied).toMatchObject({ done: [{ address: "assistant.support", action: "create" }], failed: [] });
  expect(seen).toEqual(["started assistant.support", "done assistant.support"]);
  expect((await plan(project)).resources).toMatchObject([{ action: "unchanged" }]);
  expect((await runCommand(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);

  const gone = await plan(project, { destroy: true });
  expect(refusals(gone).map(({ code }) => code)).toEqual(["many_deletes"]);
  expect(await codesOf(() => apply(project, gone))).toEqual(["many_deletes"]);
  expect((await apply(project, gone, { allowDeletes: 1 })).done).toMatchObject([{ action: "delete" }]);
});

test("a plan is refused that is not what would be done now, that was edited, or that another version saved", async () => {
  const folder = await shop();
  const before = await loadProject({ cwd: folder.path, env });
  const planned = await plan(before);
  await folder.write("assistants/support.yaml", "model: gpt-4o\ninstructions: Say no.\n");
  const project = await loadProject({ cwd: folder.path, env });
  expect(await codesOf(() => apply(project, planned))).toContain("stale_plan");
  expect(await codesOf(() => apply(project, { ...planned, target: "prod" }))).toEqual(["malformed_plan"]);
  const older = JSON.parse(JSON.stringify({ ...planned, format_version: 2 }));
  expect(await codesOf(() => apply(project, older))).toEqual(["malformed_plan"]);
  expect((await runCommand(folder.path, ["state", "list"])).stdout).not.toContain("assistant.support");
});

test("scenarios are listed as they would be run", async () => {
  const folder = await shop();
  const project = await loadProject({ cwd: folder.path, env });
  expect(listScenarios(project).map(({ id, file, line, skip }) => [id, file, line, skip])).toEqual([
    ["bad", "scenarios/bad.yaml", 1, null],
    ["good", "scenarios/good.yaml", 1, null],
    ["later", "scenarios/later.yaml", 1, "the shop is closed (until 2040-01-01)"],
  ]);
  expect(listScenarios(project, { tags: ["smoke"] })).toEqual([
    expect.objectContaining({ id: "good", assistant: "support", tags: ["smoke"], owner: null }),
  ]);
  const late = await loadProject({ cwd: folder.path, env, now: () => Date.parse("2040-01-01T12:00:00Z") });
  expect(listScenarios(late, { paths: ["scenarios/later.yaml"] })).toMatchObject([{ skip: null }]);
  expect(await codesOf(() => listScenarios(project, { ids: ["god"] }))).toEqual(["unknown_scenario"]);
});

test("a run yields the results of the command, and the verdicts on a record are those of its result", async () => {
  const folder = await shop();
  const project = await loadProject({ cwd: folder.path, env });
  const running = run(project);
  const results = await Array.fromAsync(running);
  const { stdout, exitCode } = await runCommand(folder.path, ["test", "--json"]);
  const { results: printed } = JSON.parse(stdout) as { results: { id: string; status: string }[] };
  const shown = results.map(({ id, status }) => ({ id, status })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(shown).toEqual(printed.map(({ id, status }) => ({ id, status })));
  expect(await running.summary()).toMatchObject({ counts: { passed: 1, failed: 1, skipped: 1 }, exitCode });
  expect(exitCode).toBe(1);
  for (const { id, record, verdicts } of results)
    if (record !== null) expect(judge(project, id, record)).toEqual(verdicts);

  const bad = results.find(({ id }) => id === "bad");
  const { record } = bad ?? {};
  if (bad === undefined || record == null) throw new Error("it was not run");
  expect(failureText(bad)).toContain("scenarios/bad.yaml:4:73");
  expect(failureText(bad)).toContain("again: npx playbill test --id bad");
  await folder.write(
    "scenarios/bad.yaml",
    "assistant: support\nturns: [{ user: Hi, expect: { reply: { contains: no } } }]\n",
  );
  const now = await loadProject({ cwd: folder.path, env });
  expect(judge(now, "bad", record).every(({ pass }) => pass)).toBe(true);
});

test("an invalid number of runs, scenarios or calls is refused before anything starts", async () => {
  const project = await loadProject({ cwd: (await shop()).path, env });
  const wrong = [{ jobs: 0 }, { repeat: 0 }, { repeat: 1.5 }, { retries: -1 }, { confirm: Number.NaN }, { bail: 0 }];
  for (const each of wrong) expect(await codesOf(() => run(project, each).summary())).toEqual(["bad_flag"]);
  expect(await codesOf(() => plan(project, { concurrency: 0 }))).toEqual(["bad_flag"]);
  expect((await run(project, { retries: 0, confirm: 0, ids: ["good"] }).summary()).exitCode).toBe(0);
});

test("an option that there is not is refused, with the one that is meant", async () => {
  const project = await loadProject({ cwd: (await shop()).path, env });
  const mistyped = (name: string) => ({ [name]: 1 }) as object;
  for (const refuse of [
    () => loadProject(mistyped("cdw")),
    async () => listScenarios(project, mistyped("targets")),
    async () => run(project, mistyped("budgt")),
    () => plan(project, mistyped("adresses")),
    async () => refusals({} as Plan, mistyped("allowDelete")),
    () => apply(project, {} as Plan, mistyped("concurency")),
  ]) {
    expect(await codesOf(refuse)).toEqual(["bad_flag"]);
  }
  await expect((async () => run(project, mistyped("budgt")))()).rejects.toThrow("there is no option budgt");
});

test("scenarios that are no longer requested do not run, and aborted ones are reported", async () => {
  const folder = await shop();
  const project = await loadProject({ cwd: folder.path, env });
  const left = run(project, { jobs: 1 });
  for await (const { id } of left) {
    expect(id).toBe("bad");
    break;
  }
  expect((await left.summary()).counts).toMatchObject({ failed: 1, passed: 0, not_run: 0 });

  const aborted = run(project, { signal: AbortSignal.abort(new Error("enough")), ids: ["good"] });
  expect(await aborted.summary()).toMatchObject({ counts: { not_run: 1 }, exitCode: 130 });
});

test("the error that ends a run is thrown to the reader of results, and to the caller of its summary", async () => {
  const folder = await shop();
  const project = await loadProject({ cwd: folder.path, env });
  const running = run(project, { ids: ["nobody"] });
  expect(await codesOf(() => Array.fromAsync(running))).toEqual(["unknown_scenario"]);
  expect(await codesOf(() => running.summary())).toEqual(["unknown_scenario"]);
});

test("an assistant's text controls no terminal and no CI log", async () => {
  const folder = await shop();
  await folder.write(
    "scenarios/bad.yaml",
    `assistant: support\nturns: [{ user: Hi, script: [{ say: "\\e[2J\\n::error::no" }], expect: { reply: { contains: "yes" } } }]\n`,
  );
  const [result] = await Array.fromAsync(run(await loadProject({ cwd: folder.path, env }), { ids: ["bad"] }));
  if (result === undefined) throw new Error("it was not run");
  const text = failureText(result);
  expect(text).toContain(String.raw`\u001b[2J`);
  expect(text).not.toContain("\u001b");
  expect(text).not.toMatch(/^\s*::/m);
  expect(failureText({ ...result, id: "bad[size=$HOME]" })).toContain("--id 'bad[size=$HOME]'");
});

test("notices on the way go to the listener, as values", async () => {
  const folder = await shop();
  const notices: Notice[] = [];
  await folder.write(
    "assistants/tools/unused.yaml",
    "description: Nobody has it.\nparameters: { type: object, properties: {} }\n",
  );
  const { warnings } = await loadProject({ cwd: folder.path, env, onNotice: (notice) => notices.push(notice) });
  expect(notices).toEqual([{ kind: "warnings", problems: warnings }]);
  expect(problemsText(warnings)).toContain("warning");
});
