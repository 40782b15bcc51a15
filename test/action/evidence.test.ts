import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Runner, createRunner, ownPullRequest } from "./runner.ts";

const lock = ".playbill/locks/prod.json";
const evidence = ".playbill/evidence";
const calls = (runner: Runner) => readFile(join(runner.folder.path, "npx.log"), "utf8");
const subject = (runner: Runner) =>
  runner.git(join(runner.folder.path, "origin.git"), "log", "-1", "--format=%s", "main");

/** `evidence add` as Playbill has it, of files that nobody merges: they are there afterwards. */
const adding = `if [ "$1 $2" = "evidence add" ]; then mkdir -p ${evidence}; cp "$3"/*.json ${evidence}/; exit; fi\n`;
const proof = (name: string) => `mkdir -p ${evidence}; echo '${name}' >${evidence}/${name}.json`;
const gate = (runner: Runner, env: Record<string, string> = {}) =>
  runner.step("steps", { COMMAND: "sync", GATE: "true", ...env });

describe("the evidence of a gate", () => {
  test("is pushed with the lock in one commit, on top of what others pushed", async () => {
    await using runner = await createRunner({ files: { [`${evidence}/old.json`]: "old\n" } });
    await runner.pushAsOther({ [`${evidence}/theirs.json`]: "theirs\n" });
    await runner.npx(
      `${adding}[ -e ${evidence}/theirs.json ] || exit 9\nmkdir -p .playbill/locks; echo new >${lock}; ${proof("ours")}`,
    );
    const { code, output } = await gate(runner, { ALLOW_UNTESTED: "the model is gone" });
    expect(code, output).toBe(0);
    expect([await runner.pushed(lock), await runner.pushed(`${evidence}/ours.json`)]).toEqual(["new\n", "ours\n"]);
    expect(await runner.pushed(`${evidence}/theirs.json`)).toBe("theirs\n");
    expect(await subject(runner)).toBe("Record what Playbill synced to prod [skip ci]\n");
    expect(await calls(runner)).toContain("sync --yes --gate --allow-untested the model is gone --target prod\n");
  });

  test("of a red gate is pushed too, and the failure stays one", async () => {
    await using runner = await createRunner({ files: { [lock]: "old\n" } });
    await runner.npx(`${adding}${proof("red")}; exit 1`);
    expect((await gate(runner)).code).toBe(1);
    expect(await runner.pushed(`${evidence}/red.json`)).toBe("red\n");
    expect(await runner.pushed(lock)).toBe("old\n");
    expect(await subject(runner)).toBe("Record what Playbill tested at prod [skip ci]\n");
  });

  test("stays when nothing was tested, and GitHub's refusals stand in nobody's way", async () => {
    await using runner = await createRunner({ files: { [`${evidence}/old.json`]: "old\n" } });
    await runner.folder.write("gh/forbidden", "");
    await runner.npx(adding);
    const { code, output } = await gate(runner, { FROM_PULL_REQUESTS: "true" });
    expect(code, output).toBe(0);
    expect(await runner.git(join(runner.folder.path, "origin.git"), "rev-list", "--count", "main")).toBe("1\n");
  });
});

const own = { full_name: "acme/desk" };
const path = ".github/workflows/playbill.yaml";
const run = { id: 7, event: "pull_request", path, head_repository: own };
const head = "a".repeat(40);
const pull = { merged_at: "2026-11-26", head: { sha: head, repo: own } };

test.each([
  ["merged, of this repository", pull, run, true],
  ["closed without a merge", { ...pull, merged_at: null }, run, false],
  ["of a fork", { ...pull, head: { sha: head, repo: { full_name: "eve/desk" } } }, run, false],
  ["of a fork that is gone", { ...pull, head: { sha: head, repo: null } }, run, false],
  ["of this repository, run by a fork", pull, { ...run, head_repository: { full_name: "eve/desk" } }, false],
  ["of this repository, run by another workflow", pull, { ...run, path: ".github/workflows/other.yaml" }, false],
  ["of this repository, run at another event", pull, { ...run, event: "pull_request_target" }, false],
  ["with a name that is no commit", { ...pull, head: { sha: "$(touch x)", repo: own } }, run, false],
])("evidence is taken from a pull request that is %s: %o", async (_what, pullRequest, found, isTaken) => {
  await using runner = await createRunner();
  const commit = (await runner.git(runner.work, "rev-parse", "HEAD")).trim();
  const answers = {
    [`repos/acme/desk/commits/${commit}/pulls`]: [pullRequest],
    [`repos/acme/desk/actions/runs?head_sha=${head}&event=pull_request&per_page=100`]: { workflow_runs: [found] },
  };
  await runner.folder.write("gh/answers.json", JSON.stringify(answers));
  await runner.folder.write("gh/artifacts/7/playbill-evidence-prod/kept.json", "kept\n");
  await runner.npx(`${adding}[ "$1" != sync ] || ls ${evidence} 2>/dev/null; rm -rf .playbill; true`);
  const { code, output } = await gate(runner, {
    FROM_PULL_REQUESTS: "true",
    GITHUB_WORKFLOW_REF: `acme/desk/${path}@refs/heads/main`,
  });
  expect(code, output).toBe(0);
  expect(output.includes("kept.json")).toBe(isTaken);
  // Nobody asked for it, so nothing is looked for.
  await runner.git(runner.work, "clean", "-qfdx");
  expect((await gate(runner)).output).not.toContain("kept.json");
});

describe("the baseline of a night", () => {
  const file = "scenarios/baselines/prod.json";
  const night = { COMMAND: "live", BASELINES: "true", REPEAT: "7" };
  const blessing = (text: string, then = "") =>
    `[ "$1" != test ] || exit $TESTED\nif [ "$1" = bless ]; then mkdir -p scenarios/baselines; echo '${text}' >${file}; echo 'accepts ${text}'; fi\n${then}`;
  const pullRequests = async ({ folder }: Runner) =>
    JSON.parse(await readFile(join(folder.path, "gh/pull-requests.json"), "utf8").catch(() => "[]")) as object[];
  const onBranch = (runner: Runner) =>
    runner.git(join(runner.folder.path, "origin.git"), "show", `playbill/baseline-prod:${file}`);

  test("is proposed by a pull request of its own, which the next night replaces", async () => {
    await using runner = await createRunner();
    for (const text of ["first", "second  drifted since 1a2b3c4d"]) {
      await runner.npx(blessing(text));
      const { code, output } = await runner.step("steps", { ...night, TESTED: "0" });
      expect(code, output).toBe(0);
      expect(output.includes("::warning::The new baseline of prod is worse")).toBe(text !== "first");
      expect(await onBranch(runner)).toBe(`${text}\n`);
    }
    expect(await pullRequests(runner)).toEqual([
      {
        number: 1,
        base: "main",
        head: "playbill/baseline-prod",
        title: "Refresh the baseline of prod",
        body: expect.stringContaining("    accepts second") as string,
      },
    ]);
    expect(await calls(runner)).toMatch(/^test --target prod --repeat 7 --all-runs .*\nbless --target prod --yes\n/);
    await expect(runner.pushed(file)).rejects.toThrow("prod.json");
  });

  test("is left alone by a night in which something got worse, and by one that shows the same", async () => {
    await using runner = await createRunner({ files: { [file]: "same\n" } });
    await runner.npx(blessing("worse"));
    expect((await runner.step("steps", { ...night, TESTED: "1" })).code).toBe(1);
    await runner.npx(blessing("same"));
    expect((await runner.step("steps", { ...night, TESTED: "0" })).code).toBe(0);
    expect(await pullRequests(runner)).toEqual([]);
    expect(await calls(runner)).toContain(`--repeat 7 --baseline ${file} `);
  });

  test("decides on a pull request too, as it does in the gate", async () => {
    await using runner = await createRunner({ files: { [file]: "same\n" }, event: ownPullRequest });
    await runner.npx("true");
    const change = { GITHUB_EVENT_NAME: "pull_request", GITHUB_BASE_REF: "main" };
    await runner.step("steps", { COMMAND: "live", AFFECTED: "true", ...change });
    expect(await calls(runner)).toContain(`--affected origin/main --baseline ${file} `);
    expect(await pullRequests(runner)).toEqual([]);
  });

  test("that nobody lets it propose is a warning", async () => {
    await using runner = await createRunner();
    await runner.npx(blessing("first"));
    await runner.folder.write("gh/forbidden", "");
    const { code, output } = await runner.step("steps", { ...night, TESTED: "0" });
    expect([code, output.includes("::warning::The branch playbill/baseline-prod")]).toEqual([0, true]);
    expect(await onBranch(runner)).toBe("first\n");
  });
});

test("of a pull request only what it touches is tested, and what it changes in behaviour is shown", async () => {
  await using runner = await createRunner({ event: ownPullRequest });
  await runner.npx("true");
  const change = { GITHUB_EVENT_NAME: "pull_request", GITHUB_BASE_REF: "main" };
  await runner.step("steps", { COMMAND: "test", TARGET: "", ...change });
  await runner.step("steps", { COMMAND: "live", AFFECTED: "true", ...change });
  await runner.step("steps", { COMMAND: "plan", ...change });
  expect(await calls(runner)).toBe(
    [
      "validate",
      "test --affected origin/main --reporter list --reporter junit=junit.xml",
      "test --target prod --affected origin/main --reporter list --reporter junit=junit.xml",
      "plan --format markdown --detailed-exitcode --behaviour origin/main --target prod",
      "",
    ].join("\n"),
  );
});
