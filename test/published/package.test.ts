import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readFile, realpath, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { declare } from "../../scripts/declarations.ts";
import { cache } from "../server/python/python.ts";
import { temporaryFolder } from "../cli/run.ts";

const repository = join(import.meta.dirname, "../..");

async function inFolder(cwd: string, command: string, ...argv: string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: "", XDG_CACHE_HOME: dirname(cache) };
  const { stdout } = await promisify(execFile)(command, argv, { cwd, env });
  return stdout;
}

// It installs, compiles and starts a dozen processes one after the other.
test(
  "the published package, installed in an empty folder, takes a newcomer from init to test",
  { timeout: 300_000 },
  async () => {
    await using folder = await temporaryFolder();
    // What was built for these tests already is packed; its types, which take longer than all the rest, are made here, once for a state of the sources.
    const built = dirname(dirname(inject("bin")));
    if (!existsSync(join(built, "dist/api/api.d.ts"))) declare(join(built, "dist"));
    const packed = await inFolder(
      built,
      "npm",
      "pack",
      "--silent",
      "--ignore-scripts",
      "--pack-destination",
      folder.path,
    );
    await folder.write("package.json", '{ "private": true }');
    const options = ["--silent", "--prefer-offline", "--no-audit", "--no-fund"];
    await inFolder(folder.path, "npm", "install", ...options, join(folder.path, packed.trim()));

    const playbillIn =
      (project: string) =>
      (...argv: string[]) =>
        inFolder(join(folder.path, project), join(folder.path, "node_modules/.bin/playbill"), ...argv);
    const playbill = playbillIn("demo");
    expect(await inFolder(folder.path, "npx", "--no", "playbill", "init", "demo")).toContain("playbill.yaml");
    expect(await playbill("validate")).toContain("demo is valid");
    expect(await playbill("plan")).toContain("1 to create");
    expect(await playbill("sync", "--yes")).toContain("1 created");
    expect(await playbill("test", "--deployed")).toContain("1 passed");
    expect(await playbill("plan", "--expect-no-changes")).toContain("1 unchanged");

    // What runs in threads of its own: modules of the project, Python, and what reads files for search.
    const turn = "user: Where?, script: [{ call: lookup_order, with: { id: A-1002 } }, { say: Here. }]";
    const expected = "expect: { tools: { calls: [{ lookup_order: { result: { status: delivered } } }] } }";
    await folder.write(
      "demo/scenarios/real.yaml",
      `assistant: support\ntools: { lookup_order: [{ handler: true }] }\nturns: [{ ${turn}, ${expected} }]\n`,
    );
    expect(await playbill("test", "--id", "real")).toContain("1 passed");
    await cp(join(repository, "test/cases/knowledge-in-tests/project"), join(folder.path, "desk"), { recursive: true });
    expect(await playbillIn("desk")("test", "--id", "leave", "--id", "sales")).toContain("2 passed");

    // From code, and as tests of a vitest that the project has itself.
    for (const name of ["vitest", "@types/node"])
      await symlink(join(repository, "node_modules", name), join(folder.path, "node_modules", name));
    for (const [file, text] of Object.entries(consumer)) await folder.write(`demo/${file}`, text);
    const page = await readFile(join(repository, "docs/api.md"), "utf8");
    const examples = page
      .matchAll(/^```ts\n(.*?)^```/gms)
      .map(([, text = ""], index) => [`docs/${index}.ts`, text] as const);
    for (const [file, text] of examples) await folder.write(`demo/${file}`, text);
    await inFolder(join(folder.path, "demo"), process.execPath, join(repository, "node_modules/typescript/bin/tsc"));
    const used = await inFolder(
      join(folder.path, "demo"),
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      "use.ts",
    );
    expect(JSON.parse(used)).toEqual({
      actions: ["unchanged"],
      real: ["passed", true],
      exitCode: 0,
      wrong: ["no_project"],
    });
    const vitest = join(repository, "node_modules/vitest/vitest.mjs");
    const reporter = ["--reporter=json", "--outputFile=report.json"];
    await expect(inFolder(join(folder.path, "demo"), process.execPath, vitest, "run", ...reporter)).rejects.toThrow();
    const report = await readFile(join(folder.path, "demo/report.json"), "utf8");
    const { testResults } = JSON.parse(report) as {
      testResults: { name: string; assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    const byFile = new Map(testResults.map(({ name, assertionResults }) => [basename(name), assertionResults]));
    const shownIn = (file: string) => byFile.get(file)?.map(({ title, status }) => `${status} ${title}`);
    expect(shownIn("bad.yaml")).toEqual(["failed bad: Says no @red"]);
    expect(shownIn("late-order.yaml")).toEqual([expect.stringMatching(/^passed late-order/)]);
    expect(shownIn("later.yaml")).toEqual(["skipped later"]);
    expect(shownIn("own.test.ts")).toEqual(["passed adds", "passed real", "failed unfit"]);
    expect(shownIn("real.yaml")).toEqual(["passed real"]);
    const message = byFile.get("bad.yaml")?.[0]?.failureMessages[0] ?? "";
    expect(message).toContain('expected a reply that contains "yes"');
    expect(message).toContain("again: npx playbill test --id bad");
    expect(message).toContain(join(await realpath(folder.path), "demo/scenarios/bad.yaml:4:"));
  },
);

/** What a team has beside its scenarios that uses the package. */
const consumer = {
  "package.json": '{ "type": "module" }\n',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: "nodenext",
      target: "es2023",
      lib: ["es2024"],
      types: ["node"],
      noEmit: true,
    },
    include: ["*.ts", "docs/*.ts"],
  }),
  "use.ts": `import { ProblemError, type ScenarioResult, judge, loadProject, plan, run } from "playbill/api";

const project = await loadProject({ cwd: import.meta.dirname });
const { resources } = await plan(project);
const running = run(project, { ids: ["real"], signal: AbortSignal.timeout(60_000) });
const real: (ScenarioResult["status"] | boolean)[] = [];
for await (const { id, status, record } of running)
  real.push(status, record !== null && judge(project, id, record).every(({ pass }) => pass));
const wrong = await loadProject({ cwd: "/" }).catch((error: unknown) =>
  error instanceof ProblemError ? error.problems.map(({ code }) => code) : [],
);
const { exitCode } = await running.summary();
console.log(JSON.stringify({ actions: resources.map(({ action }) => action), real, exitCode, wrong }));
`,
  "vitest.config.ts": `import { defineConfig } from "vitest/config";
import { playbill } from "playbill/vitest";

export default defineConfig({ plugins: [playbill()], test: { isolate: false } });
`,
  "own.test.ts": `import { scenarios } from "playbill/vitest";
import { expect, test } from "vitest";

test("adds", () => expect(1 + 1).toBe(2));
await scenarios({ ids: ["real", "unfit"] });
`,
  "scenarios/bad.yaml": `name: Says no
assistant: support
tags: [red]
turns: [{ user: Hi, script: [{ say: "no" }], expect: { reply: { contains: "yes" } } }]
`,
  "scenarios/unfit.yaml": `assistant: support
turns: [{ user: Hi, script: [{ say: Hello }] }]
`,
  "scenarios/later.yaml": `assistant: support
skip: { reason: closed, until: 2999-01-01 }
turns: [{ user: Hi, script: [{ say: Hello }] }]
`,
};
