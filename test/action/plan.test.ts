import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Comment, type RunnerOptions, createRunner, ownPullRequest } from "./runner.ts";

const marker = "<!-- playbill-comment . prod -->";
const bot = { login: "github-actions[bot]" };
const hash = "e7e2e8848bc97a31fc053d6a115c7442e7da45e31a8e601e13cc0cf0efc285bc";
const planned = (code: number) => `printf 'a plan\\n\\nPlan hash: \`${hash}\`\\n'; exit ${code}`;

/** Plans a pull request, and writes the comment, as the action does. */
async function plan(npx: string, options: RunnerOptions = {}, env: Record<string, string> = {}) {
  const runner = await createRunner({ event: ownPullRequest, hasGit: false, ...options });
  await runner.npx(npx);
  const inPullRequest = { GITHUB_EVENT_NAME: "pull_request", ...env };
  const ran = await runner.step("steps", { COMMAND: "plan", ...inPullRequest });
  const outputs = await runner.outputs();
  const commented = await runner.step("comment", inPullRequest);
  return { runner, ran, outputs, commented, comments: await runner.comments() };
}

describe("the plan of a pull request", () => {
  test("is a comment, and gives its hash", async () => {
    const { runner, ran, outputs, comments } = await plan(planned(2));
    await using _ = runner;
    expect(ran.code).toBe(0);
    expect(outputs).toBe(`plan-hash=${hash}\nchanges=true\n`);
    expect(comments.map(({ body }) => body)).toEqual([`${marker}\na plan\n\nPlan hash: \`${hash}\`\n`]);
    expect(await readFile(join(runner.folder.path, "npx.log"), "utf8")).toBe(
      "plan --format markdown --detailed-exitcode --target prod\n",
    );
  });

  test("takes the place of the one before, wherever that is, and of no other", async () => {
    const others: Comment[] = Array.from({ length: 230 }, (_, index) => ({
      id: index,
      user: { login: "ann" },
      body: index === 3 ? `${marker}\nlooks like it` : `I quote:\n${marker}`,
    }));
    const comments = [
      ...others,
      { id: 500, user: bot, body: `Another workflow quotes ${marker}` },
      { id: 501, user: bot, body: "<!-- playbill-comment . staging -->\nanother target" },
      { id: 502, user: bot, body: `${marker}\r\nthe plan before` },
    ];
    const { runner, comments: after } = await plan(planned(2), { comments });
    await using _ = runner;
    expect(after.slice(0, -1)).toEqual(comments.slice(0, -1));
    expect(after.at(-1)).toMatchObject({ id: 502, body: expect.stringContaining("a plan") as string });
  });

  test.each([
    ["is not said when there was nothing to say", [], 0],
    ["is said when an earlier one would be wrong", [{ id: 1, user: bot, body: `${marker}\nthe plan before` }], 1],
  ])("without changes %s", async (_what, comments, count) => {
    const { runner, outputs, comments: after } = await plan(planned(0), { comments });
    await using _ = runner;
    expect(outputs).toContain("changes=false");
    expect(after.map(({ body }) => body.includes("a plan"))).toEqual(Array.from({ length: count }, () => true));
  });

  test.each([
    ["worse: 1 new failure", 1],
    ["expects less: 1 expectation removed or weakened", 1],
    ["unknown: 1 not run in its current form", 0],
    ["not affected: 12 not affected", 0],
  ])("without changes is said when behaviour is %s: %d", async (verdict, count) => {
    const { runner, comments } = await plan(`printf 'a plan\\n\\n**Behaviour** since main (1a2b3c4d): ${verdict}\\n'`);
    await using _ = runner;
    expect(comments).toHaveLength(count);
  });

  test("that is refused is shown, and fails the job", async () => {
    const { runner, ran, comments } = await plan(planned(3));
    await using _ = runner;
    expect(ran.code).toBe(3);
    expect(comments).toMatchObject([{ body: expect.stringContaining("a plan") as string }]);
  });

  test("that could not be made takes the place of the one before, with the reason", async () => {
    const before = { id: 1, user: bot, body: `${marker}\nthe plan before` };
    const failing = `echo 'error[bad]: <b> & \`\`\`' >&2; exit 4`;
    const { runner, ran, comments } = await plan(failing, { comments: [before] });
    await using _ = runner;
    expect(ran).toMatchObject({ code: 4, output: expect.stringContaining("error[bad]") as string });
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain("Planning failed with exit code 4.");
    expect(comments[0]?.body).toContain("error[bad]: &lt;b&gt; &amp; ```");
    expect(comments[0]?.body).not.toContain("the plan before");
  });

  test("that was never begun takes the place of the one before too", async () => {
    const comments = [{ id: 1, user: bot, body: `${marker}\nthe plan before` }];
    await using runner = await createRunner({ event: ownPullRequest, hasGit: false, comments });
    expect((await runner.step("comment", { GITHUB_EVENT_NAME: "pull_request" })).code).toBe(0);
    expect(await runner.comments()).toMatchObject([{ id: 1, body: expect.stringContaining("See the log") as string }]);
  });

  test("whose reason is long fits into a comment", async () => {
    const { runner, comments } = await plan(`printf '&%.0s' {1..90000} >&2; exit 5`);
    await using _ = runner;
    expect(comments[0]?.body).toContain("exit code 5");
    expect(comments[0]?.body.length).toBeLessThan(65_536);
  });

  test("that nobody lets it write is a warning", async () => {
    await using runner = await createRunner({ event: ownPullRequest, hasGit: false });
    await runner.npx(planned(2));
    await writeFile(join(runner.folder.path, "gh/forbidden"), "");
    const env = { GITHUB_EVENT_NAME: "pull_request" };
    expect((await runner.step("steps", { COMMAND: "plan", ...env })).code).toBe(0);
    const { code, output } = await runner.step("comment", env);
    expect([code, output.includes("::warning::The plan could not be written")]).toEqual([0, true]);
    expect(await readFile(join(runner.folder.path, "summary"), "utf8")).toContain("a plan");
  });

  test.each([
    ["a fork", { pull_request: { head: { repo: { full_name: "eve/desk" } }, user: { login: "eve" } } }, {}],
    ["a fork that is gone", { pull_request: { head: { repo: null }, user: { login: "eve" } } }, {}],
    ["Dependabot", ownPullRequest, { GITHUB_ACTOR: "dependabot[bot]" }],
  ])("of %s gets no secrets, and passes", async (_what, event, env) => {
    const { runner, ran, outputs, commented, comments } = await plan("exit 5", { event }, env);
    await using _ = runner;
    expect([ran.code, commented.code, outputs, comments]).toEqual([0, 0, "", []]);
    await expect(access(join(runner.folder.path, "npx.log"))).rejects.toThrow("ENOENT");
  });

  test("never runs what a stranger wrote with secrets", async () => {
    const { runner, ran } = await plan("exit 0", {}, { GITHUB_EVENT_NAME: "pull_request_target" });
    await using _ = runner;
    expect([ran.code, ran.output.includes("pull_request_target")]).toEqual([4, true]);
  });
});

test.each([
  [0, 0, "matches the files"],
  [1, 1, "::error::The files are ahead"],
  [3, 3, "::error::The target"],
  [5, 5, ""],
])("the search for drift: %d", async (found, code, words) => {
  await using runner = await createRunner({ hasGit: false });
  await runner.npx(`echo a plan; exit ${found}`);
  const ran = await runner.step("steps", { COMMAND: "drift" });
  expect(ran.code).toBe(code);
  expect(ran.output).toContain(words);
});

test.each([
  ["", "needs a target"],
  ["prod", "Unknown command"],
])("a step that is written wrongly says so", async (target, words) => {
  await using runner = await createRunner({ hasGit: false });
  const { code, output } = await runner.step("steps", { COMMAND: target === "" ? "plan" : "plann", TARGET: target });
  expect([code, output.includes(words)]).toEqual([4, true]);
});

test("tests validate first, and leave a report", async () => {
  await using runner = await createRunner({ hasGit: false });
  await runner.npx('[ "$1" != test ] || exit 1');
  expect((await runner.step("steps", { COMMAND: "test", TARGET: "" })).code).toBe(1);
  const calls = await readFile(join(runner.folder.path, "npx.log"), "utf8");
  expect(calls).toBe("validate\ntest --reporter list --reporter junit=junit.xml\n");
});

test("recordings are replayed when there are some, and the real model is asked several times", async () => {
  await using runner = await createRunner({ hasGit: false });
  const calls = () => readFile(join(runner.folder.path, "npx.log"), "utf8");
  await runner.npx("true");
  await mkdir(join(runner.work, "scenarios/recordings"), { recursive: true });
  await writeFile(join(runner.work, "scenarios/recordings/late.yaml"), "format_version: 2\n");
  expect((await runner.step("steps", { COMMAND: "test", TARGET: "" })).code).toBe(0);
  expect(await calls()).toContain("\ntest --replay --reporter list --reporter junit=junit-replay.xml\n");
  expect((await runner.step("steps", { COMMAND: "live", TARGET: "prod", REPEAT: "7" })).code).toBe(0);
  expect(await calls()).toContain("\ntest --target prod --repeat 7 --reporter list --reporter junit=junit.xml\n");
});
