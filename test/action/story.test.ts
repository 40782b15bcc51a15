import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { OpenAI } from "openai";
import { describe, expect, inject, test } from "vitest";
import { startServe } from "../cli/serving.ts";
import { createRunner, ownPullRequest } from "./runner.ts";

const bin = inject("bin");

test("a change is planned in a pull request, synced as approved, recorded, and watched from then on", async () => {
  const files = {
    "playbill.yaml":
      "project: desk\ntargets: { prod: { api: assistants, base_url: '${SERVER}/v1', api_key: '${KEY}' } }\n",
    "assistants/a.yaml": "model: gpt-4o\ninstructions: Be calm.\n",
  };
  await using runner = await createRunner({ files, event: ownPullRequest });
  await using server = await startServe(runner.folder.path, ["--api-key", "sk-local-1"]);
  await runner.npx(`exec "${process.execPath}" --disable-warning=ExperimentalWarning "${bin}" "$@"`);
  const env = { SERVER: server.url, KEY: "sk-local-1" };
  const inPullRequest = { ...env, GITHUB_EVENT_NAME: "pull_request" };

  expect(await runner.step("steps", { COMMAND: "plan", ...inPullRequest })).toMatchObject({ code: 0 });
  const outputs = await runner.outputs();
  const hash = /plan-hash=([0-9a-f]{64})\nchanges=true/.exec(outputs)?.[1] ?? "";
  await runner.step("comment", inPullRequest);
  const [comment] = await runner.comments();
  expect(comment?.body).toMatch(new RegExp(`1 to create[^]*assistant\\.a[^]*${hash}`));

  const sync = { COMMAND: "sync", ...env };
  const other = await runner.step("steps", { ...sync, PLAN_HASH: hash.split("").toReversed().join("") });
  expect([other.code, other.output.includes("stale_plan")]).toEqual([3, true]);
  expect(await runner.step("steps", { ...sync, PLAN_HASH: hash })).toMatchObject({ code: 0 });
  expect(await runner.pushed(".playbill/locks/prod.json")).toContain("assistant.a");

  await runner.git(runner.work, "fetch", "--quiet");
  await runner.git(runner.work, "reset", "--quiet", "--hard", "origin/main");
  expect(await runner.step("steps", { COMMAND: "drift", ...env })).toMatchObject({ code: 0 });
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "sk-local-1" });
  const [assistant] = (await client.beta.assistants.list()).data;
  await client.beta.assistants.update(assistant?.id ?? "", { instructions: "Be quick." });
  const drift = await runner.step("steps", { COMMAND: "drift", ...env });
  expect([drift.code, drift.output.includes("::error::The target prod was edited")]).toEqual([3, true]);
});

test("a lock that somebody else changed meanwhile is made again by Playbill from what is at the target", async () => {
  const files = {
    "playbill.yaml":
      "project: desk\ntargets: { prod: { api: assistants, base_url: '${SERVER}/v1', api_key: '${KEY}' } }\n",
    "assistants/a.yaml": "model: gpt-4o\n",
    "assistants/b.yaml": "model: gpt-4o\n",
  };
  const lock = ".playbill/locks/prod.json";
  await using runner = await createRunner({ files });
  await using server = await startServe(runner.folder.path, ["--api-key", "sk-local-1"]);
  const real = `"${process.execPath}" --disable-warning=ExperimentalWarning "${bin}"`;
  // While all is synced, somebody syncs one of the two from another clone, and pushes that lock.
  await runner.npx(`[ "$1" != sync ] || (
    git clone -q "$HOME/origin.git" "$HOME/m" && cd "$HOME/m" && ${real} sync --yes --target prod assistant.b &&
    git add --force ${lock} && git -c user.name=o -c user.email=o@example.com commit -qm other && git push -q origin HEAD:main
  )
  exec ${real} "$@"`);
  const env = { SERVER: server.url, KEY: "sk-local-1" };
  const { code, output } = await runner.step("steps", { COMMAND: "sync", ...env });
  expect(output).toContain("was changed by another run");
  expect(code, output).toBe(0);
  const { resources } = JSON.parse(await runner.pushed(lock)) as { resources: object };
  expect(Object.keys(resources)).toEqual(["assistant.a", "assistant.b"]);
});

describe("a gate after a merge", () => {
  const workflow = ".github/workflows/playbill.yaml";
  const head = "1".repeat(40);
  const files = {
    "playbill.yaml":
      "project: desk\ntargets: { prod: { api: assistants, base_url: '${SERVER}/v1', api_key: '${KEY}' } }\n",
    "assistants/a.yaml": "model: gpt-4o\ninstructions: Be calm.\n",
    "scenarios/a.yaml":
      "assistant: a\nturns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]\n",
  };

  /** A runner with a server and the built package, whose pull request 7 was tested with the real model; what that left is an artifact of run 11. */
  async function tested(from: string) {
    const runner = await createRunner({ files, event: ownPullRequest });
    const server = await startServe(runner.work, ["--api-key", "sk-local-1"], {
      env: { ...process.env, SERVER: "http://x", KEY: "x" },
    });
    await runner.npx(`exec "${process.execPath}" --disable-warning=ExperimentalWarning "${bin}" "$@"`);
    const env = { SERVER: server.url, KEY: "sk-local-1", GITHUB_WORKFLOW_REF: `acme/desk/${workflow}@refs/heads/main` };
    const change = { ...env, GITHUB_EVENT_NAME: "pull_request", GITHUB_BASE_REF: "main" };
    await runner.pushAsOther({ "assistants/a.yaml": "model: gpt-4o\ninstructions: Be quick.\n" });
    // The checkout of the pull request has what was pushed, and the branch that it goes into has not yet.
    await runner.git(runner.work, "pull", "--quiet");
    await runner.git(runner.work, "update-ref", "refs/remotes/origin/main", "HEAD^");
    const live = await runner.step("steps", { COMMAND: "live", AFFECTED: "true", ...change });
    expect(live, live.output).toMatchObject({ code: 0, output: expect.stringContaining("1 passed") as string });
    expect(live.output).toContain("assistant's instructions");
    const planned = await runner.step("steps", { COMMAND: "plan", ...change });
    expect(planned.code, planned.output).toBe(0);
    await runner.step("comment", change);
    const artifact = join(runner.folder.path, "gh/artifacts/11/playbill-evidence-prod");
    await cp(join(runner.work, ".playbill/evidence"), artifact, { recursive: true });
    await runner.git(runner.work, "clean", "-qfdx");
    const merged = (await runner.git(runner.work, "rev-parse", "HEAD")).trim();
    const answers = {
      [`repos/acme/desk/commits/${merged}/pulls`]: [
        { merged_at: "2026-11-26T08:00:00Z", head: { sha: head, repo: { full_name: "acme/desk" } } },
      ],
      [`repos/acme/desk/actions/runs?head_sha=${head}&event=pull_request&per_page=100`]: {
        workflow_runs: [{ id: 11, event: "pull_request", path: workflow, head_repository: { full_name: from } }],
      },
    };
    await runner.folder.write("gh/answers.json", JSON.stringify(answers));
    return {
      runner,
      /** Plans and syncs exactly that, as the jobs after a merge do. */
      sync: async () => {
        await runner.step("steps", { COMMAND: "plan", FROM_PULL_REQUESTS: "true", ...env });
        const [, hash = ""] = /plan-hash=(\w+)/.exec(await runner.outputs()) ?? [];
        await runner.git(runner.work, "clean", "-qfdx");
        return runner.step("steps", {
          COMMAND: "sync",
          GATE: "true",
          FROM_PULL_REQUESTS: "true",
          PLAN_HASH: hash,
          ...env,
        });
      },
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]();
        await runner[Symbol.asyncDispose]();
      },
    };
  }

  test("does not pay again for what a pull request's job tested, and pushes lock and evidence together", async () => {
    await using at = await tested("acme/desk");
    const [comment] = await at.runner.comments();
    expect(comment?.body).toContain("**Behaviour** since origin/main");
    const { code, output } = await at.sync();
    expect(code, output).toBe(0);
    expect(output).toContain("tested by 1 scenario on gpt-4o");
    expect(output).not.toContain("1 passed");
    const pushed = await at.runner.git(
      join(at.runner.folder.path, "origin.git"),
      "show",
      "--name-only",
      "--format=%s",
      "main",
    );
    expect(pushed).toMatch(
      /^Record what Playbill synced to prod \[skip ci\]\n\n\.playbill\/evidence\/[0-9a-f]{16}\.json\n\.playbill\/locks\/prod\.json\n$/,
    );
  });

  test("takes nothing from a fork, though its run was of the same commit", async () => {
    await using at = await tested("eve/desk");
    const { code, output } = await at.sync();
    expect(code, output).toBe(0);
    expect(output).toContain("1 passed");
  });
});

test("GitLab's apply of docs/ci.md pulls the lock, applies the plan of the hash, and pushes on top of what others pushed", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/ci.md"), "utf8");
  const [, yaml = ""] = /^```yaml\n(# \.gitlab-ci\.yml\n[^]*?)^```$/m.exec(page) ?? [];
  const jobs = parse(yaml) as { variables: { PLAYBILL: string }; ".apply": { script: string[] } };
  const lock = ".playbill/locks/prod.json";
  await using runner = await createRunner({ files: { [lock]: "old\n" } });
  await runner.git(runner.work, "checkout", "--quiet", "--detach");
  await runner.pushAsOther({ [lock]: "newer\n" });
  const meanwhile = `git clone -q "$HOME/origin.git" "$HOME/m" && cd "$HOME/m" && echo b >b.txt && git add b.txt &&
    git -c user.name=o -c user.email=o@example.com commit -qm other && git push -q origin HEAD:main`;
  await runner.npx(`grep -q newer ${lock} && echo new >${lock} && (${meanwhile}) && exit 1`);
  const script = jobs[".apply"].script.join("\n").replace(/"https:\/\/oauth2:[^"]*"/, "origin");
  const env = { CI_DEFAULT_BRANCH: "main", PLAN_HASH: "abc", PLAYBILL: jobs.variables.PLAYBILL };
  expect(await runner.bash(`set -eo pipefail\n${script}`, env)).toMatchObject({ code: 1 });
  expect([await runner.pushed(lock), await runner.pushed("b.txt")]).toEqual(["new\n", "b\n"]);
  expect(readFileSync(join(runner.folder.path, "npx.log"), "utf8")).toBe(
    "sync --target prod --plan-hash abc --gate --yes\n",
  );
});
