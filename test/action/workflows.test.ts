import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { githubFaults } from "./github-parser.ts";

// What GitHub itself checks of a workflow before it runs: its own parser, made of its own schema, expressions included.

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const workflows = ["templates/ci/workflow.yaml", "templates/ci/workflow-target.yaml"];
const files = [
  ...workflows,
  "action.yml",
  ".github/workflows/ci.yaml",
  ".github/workflows/release.yaml",
  ".github/workflows/docs.yaml",
];

interface Step {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}
interface Job {
  "timeout-minutes"?: number;
  permissions?: Record<string, string>;
  uses?: string;
  steps?: Step[];
}

const jobsOf = (file: string) => Object.entries((parse(read(file)) as { jobs: Record<string, Job> }).jobs);
const stepsOf = (file: string): Step[] => {
  const value = parse(read(file)) as { runs?: { steps: Step[] } };
  return value.runs?.steps ?? jobsOf(file).flatMap(([, { steps = [] }]) => steps);
};

test.each(files)("%s is what GitHub takes", (file) => {
  expect(githubFaults(file, read(file))).toEqual([]);
});

test("GitHub's parser finds faults", () => {
  const broken = read("templates/ci/workflow.yaml")
    .replace("runs-on:", "runson:")
    .replace("matrix.target }}", "matrx.target }}");
  expect(githubFaults("templates/ci/workflow.yaml", broken).join("\n")).toMatch(/runson[^]*matrx/);
});

describe.each(files)("%s", (file) => {
  test("names actions by their whole commit, with the version beside it", () => {
    const lines = read(file)
      .split("\n")
      .filter((line) => /^\s*(- )?uses: /.test(line) && !line.includes("uses: ./"));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("puts nothing from outside into a script", () => {
    for (const { run } of stepsOf(file)) expect(run ?? "").not.toContain("${{");
  });
});

describe.each(workflows)("%s", (file) => {
  test("gives no permission to all jobs, and each job its own", () => {
    expect((parse(read(file)) as { permissions: object }).permissions).toEqual({});
    for (const [, { permissions }] of jobsOf(file)) expect(Object.keys(permissions ?? {})).toContain("contents");
  });

  test("bounds the time of each job", () => {
    for (const [, { uses, "timeout-minutes": minutes }] of jobsOf(file))
      if (uses === undefined) expect(minutes).toBeGreaterThan(0);
  });

  test("keeps credentials only where something is pushed", () => {
    for (const [, { permissions, steps = [] }] of jobsOf(file)) {
      const pushes = permissions?.["contents"] === "write";
      const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
      for (const { with: options } of checkouts) expect(options?.["persist-credentials"] ?? true).toBe(pushes);
    }
  });
});

test("steps give the action only what it takes", () => {
  const { inputs } = parse(read("action.yml")) as { inputs: object };
  const given = workflows.flatMap((file) =>
    stepsOf(file).flatMap(({ uses, with: options }) => (uses?.startsWith("./") ? Object.keys(options ?? {}) : [])),
  );
  expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
});

test.each([
  ["steps.sh", ["steps.sh", "lock.sh", "evidence.sh", "baseline.sh", "merged.mjs"]],
  ["comment.sh", ["comment.sh", "own-comments.mjs"]],
])("the action gives %s the variables that it reads, and no others", (script, parts) => {
  const step = stepsOf("action.yml").find(({ run }) => run?.includes(script));
  const text = parts.map((name) => read(join("action", name))).join("\n");
  const names = [...text.matchAll(/\$\{?([A-Z_]{3,})|process\.env\.([A-Z_]+)|const \{ ([A-Z_, ]+) \} = process/g)];
  const used = new Set(
    names.flatMap(([, inShell, inNode, several]) => (inShell ?? inNode ?? several ?? "").split(/, /)),
  );
  const given = Object.keys(step?.env ?? {});
  // GitHub gives its own; the token is read by gh, and the marker is the script's own.
  const isGiven = (name: string) => /^(GITHUB_|RUNNER_|BASH_)|^(MARKER|GH_TOKEN)$/.test(name);
  expect([...used].filter((name) => !isGiven(name)).toSorted()).toEqual(
    given.filter((name) => name !== "GH_TOKEN").toSorted(),
  );
});

test("the action runs the version that it came with", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(parse(read("action.yml"))).toMatchObject({ inputs: { version: { default: version } } });
});

test("every script of the action is shipped", () => {
  const { files: shipped } = JSON.parse(read("package.json")) as { files: string[] };
  expect(shipped).toEqual(expect.arrayContaining(["action", "action.yml"]));
  const used = [...read("action.yml").matchAll(/action\/([\w-]+\.sh)/g)].map(([, name]) => name);
  expect(readdirSync(join(root, "action"))).toEqual(expect.arrayContaining(used.filter((name) => name !== "")));
});

describe("docs/ci.md", () => {
  const page = read("docs/ci.md");
  const [, gitlab = ""] = /^```yaml\n(# \.gitlab-ci\.yml\n[^]*?)^```$/m.exec(page) ?? [];

  interface GitlabJob {
    stage?: string;
    extends?: string;
    script?: unknown[];
    needs?: string[];
    timeout?: string;
  }
  const {
    stages,
    default: _default,
    variables,
    workflow: _workflow,
    ...jobs
  } = parse(gitlab) as {
    stages: string[];
    default: object;
    variables: Record<string, string>;
    workflow: object;
  } & Record<string, GitlabJob>;
  const whole = Object.entries(jobs as Record<string, GitlabJob>).map(([name, job]): [string, GitlabJob] => [
    name,
    { ...(job.extends === undefined ? {} : (jobs as Record<string, GitlabJob>)[job.extends]), ...job },
  ]);

  test.each(whole)("GitLab's job %s has a stage, lines of text to run, and a time", (_name, job) => {
    expect(stages).toContain(job.stage);
    expect(job.timeout).toMatch(/^\d+[mh]$/);
    expect(job.script?.length).toBeGreaterThan(0);
    for (const line of job.script ?? []) expect(line).toBeTypeOf("string");
    for (const needed of job.needs ?? []) expect(Object.keys(jobs)).toContain(needed);
  });

  test("GitLab runs the version of the package", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect(variables["PLAYBILL"]).toBe(`npx --yes playbill@${version}`);
  });

  test("GitLab finds the hash of a plan", () => {
    const [line = ""] =
      (jobs as Record<string, GitlabJob>)[".plan"]?.script?.filter((each) => String(each).startsWith("sed")) ?? [];
    const [, pattern = ""] = /s\/(.*?)\/PLAN_HASH=/.exec(String(line)) ?? [];
    const expression = new RegExp(pattern.replaceAll(/\\([()])/g, "$1"));
    expect(expression.exec("Plan hash: `0a1b`")?.[1]).toBe("0a1b");
  });

  test("names actions as the action itself does", () => {
    const pins = (text: string) =>
      [...text.matchAll(/uses: (actions\/\S+@[0-9a-f]{40} # v\S+)/g)].map(([, pin]) => pin);
    const known = new Set(files.flatMap((file) => pins(read(file))));
    expect(pins(page).length).toBeGreaterThan(0);
    for (const pin of pins(page)) expect(known).toContain(pin);
  });

  test("its five lines are steps that GitHub takes", () => {
    const [, lines = ""] = /^```yaml\n(- uses: [^]*?)^```$/m.exec(page) ?? [];
    const steps = lines.replaceAll(/^(?=.)/gm, "      ");
    const workflow = `on: pull_request\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
    expect(lines.trimEnd().split("\n")).toHaveLength(5);
    expect(githubFaults("plan.yaml", workflow)).toEqual([]);
  });

  test("describes every input of the action", () => {
    const { inputs } = parse(read("action.yml")) as { inputs: object };
    for (const name of Object.keys(inputs)) expect(page).toContain(`\`${name}\``);
  });
});
