import { spawnSync } from "node:child_process";
import { cp, mkdir, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { expect, inject, test } from "vitest";
import { inShell } from "../../src/kit/shell.ts";
import { type TemporaryFolder, temporaryFolder } from "../cli/run.ts";

const repository = join(import.meta.dirname, "../..");
const bin = inject("bin");

/** A shell of a person: without what npm sets for its children, and with the Node of this test. */
function shellEnvironment(more: string[] = []): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$|^VITEST|^NODE_/i.test(name));
  const path = (process.env.PATH ?? "").split(delimiter).filter((each) => !each.includes("node_modules"));
  return { ...Object.fromEntries(own), PATH: [...more, dirname(process.execPath), ...path].join(delimiter) };
}

interface Typed {
  status: number | null;
  output: string;
}

/** Types command lines into one shell, one after the other; stops at the first that fails. */
function type(cwd: string, lines: string[], path: string[] = []): Typed {
  const script = ["exec 2>&1", "set -e", ...lines].join("\n");
  const { status, stdout } = spawnSync("bash", ["-c", script], {
    cwd,
    encoding: "utf8",
    env: shellEnvironment(path),
  });
  return { status, output: stdout };
}

/** Every command line that a text tells somebody to type, who starts Playbill like that. */
function commandsIn(text: string, start: string): string[] {
  const next = /^Next:\n((?: {2}.+\n)+)/m.exec(text)?.[1]?.trimEnd().split("\n") ?? [];
  const again = [...text.matchAll(/^again: (.+)$/gm)].map(([, command = ""]) => command);
  const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command);
  return [...next.map((line) => line.trim()), ...again, ...quoted.filter((each) => each.startsWith(`${start} `))];
}

/** Each gives a folder in which Playbill is started in one way, and the words for it. */
const ways: Record<string, (folder: TemporaryFolder) => Promise<{ start: string; path?: string[] }>> = {
  async npx(folder) {
    await mkdir(join(folder.path, "node_modules/.bin"), { recursive: true });
    await symlink(bin, join(folder.path, "node_modules/.bin/playbill"));
    await folder.write("package.json", '{ "private": true }');
    return { start: "npx playbill" };
  },
  async "npm run"(folder) {
    const script = `node --disable-warning=ExperimentalWarning '${bin}'`;
    await folder.write("package.json", JSON.stringify({ private: true, scripts: { playbill: script } }));
    return { start: "npm run playbill --" };
  },
  async "a global install"(folder) {
    await mkdir(join(folder.path, "bin"));
    await symlink(bin, join(folder.path, "bin/playbill"));
    return { start: "playbill", path: [join(folder.path, "bin")] };
  },
  async "node and a path"() {
    return { start: `node ${inShell(bin)}` };
  },
};

test.each(Object.keys(ways))("what is printed as a command runs as printed, when started by %s", async (way) => {
  await using folder = await temporaryFolder();
  const { start, path } = await ways[way]!(folder);
  const began = type(folder.path, [`${start} init 'my demo'`], path);
  const steps = commandsIn(began.output, start);
  expect(steps, began.output).toHaveLength(4);
  const [cd = "", plan = "", ...others] = steps;
  // The new project has a package.json of its own.
  const inside = start.replace("npm run", "npm --prefix .. run");
  expect([plan, ...others]).toEqual(["plan", "sync", "test"].map((name) => `${inside} ${name}`));
  expect(type(folder.path, [cd, plan], path)).toMatchObject({ status: 0 });
  if (way === "npx") await typeAllOthers(folder, start, [cd, ...others]);
});

/** Once for all ways, for they differ in how a command begins only: what else is printed, also where something fails. */
async function typeAllOthers(folder: TemporaryFolder, start: string, [cd = "", sync = "", run = ""]: string[]) {
  // One that fails says how to run it again.
  await folder.write(
    "my demo/scenarios/wrong.yaml",
    'assistant: support\nturns: [{ user: Hi, script: [{ say: No }], expect: { reply: { contains: "Yes" } } }]\n',
  );
  expect(type(folder.path, [cd, `${sync} --yes`])).toMatchObject({ status: 0 });
  const failed = type(folder.path, [cd, run]);
  expect([failed.status, failed.output]).toEqual([1, expect.stringMatching(/1 passed, 1 failed/)]);
  const [again = ""] = commandsIn(failed.output, start);
  expect(again, failed.output).toMatch(/ --id /);
  expect(type(join(folder.path, "my demo"), [again]).output).toContain("1 failed");

  const lost = type(folder.path, [`${start} plan`]);
  const [, init = ""] = /: (.+ init)$/m.exec(lost.output) ?? [];
  expect(init).toBe(`${start} init`);
  expect(type(folder.path, [init])).toMatchObject({ status: 0 });
}

test("npm start shows a conversation with its call and its Python as it happens, and next steps that run as printed", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["playbill.yaml", "assistants", "scenarios"])
    await cp(join(repository, name), join(folder.path, name), { recursive: true });
  await ways["npm run"]!(folder);
  const script = inShell(join(repository, "scripts/start.ts"));
  const began = type(folder.path, [`node --disable-warning=ExperimentalWarning ${script}`]);
  expect(began.status, began.output).toBe(0);
  const [, conversation = ""] = /--id paris\n([^]*?)\n✓ paris/.exec(began.output) ?? [];
  expect(conversation).toContain('get_weather({"location":"Paris","unit":"celsius"}) -> ');
  expect(conversation).toContain("py> print(");
  expect(conversation).toContain("py: 73.0 °F");
  expect(began.output).toContain("5 passed");
  const [, next = ""] = began.output.split("\nNext:\n");
  const steps = [...next.matchAll(/^ {4}(.+)$/gm)].map(([, command = ""]) => command);
  expect(
    steps.map((each) => each.split(" ")[4]),
    began.output,
  ).toEqual(["plan", "sync", "test", "report", "help"]);
  const typed = type(folder.path, steps);
  expect(typed.status, typed.output).toBe(0);
});
