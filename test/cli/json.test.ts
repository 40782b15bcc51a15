import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { holdToSchema, printedBy } from "./printed-json.ts";
import { createTestWorld, run, temporaryFolder } from "./run.ts";

// Every command that has --json prints one JSON document by a published schema, also when it could not do its work.

function commandsWith(option: string, command: Command, path: string[] = []): string[][] {
  const own = command.options.some(({ long }) => long === option) ? [path] : [];
  return own.concat(command.commands.flatMap((each) => commandsWith(option, each, [...path, each.name()])));
}

/** What commands need on their command line to get as far as their project. */
const needed: Record<string, string[]> = {
  import: ["--all"],
  pull: ["assistant.weather"],
  regrade: ["last"],
  report: ["last"],
  merge: ["none.jsonl"],
  "scenario from-thread": ["thread_1"],
  "scenario from-run": ["last", "hello"],
  "scenario from-transcript": ["none.jsonl"],
  "migrate evals": ["none.json"],
  "migrate promptfoo": ["none.yaml"],
  "migrate-in": ["export"],
};
/** They do their work without a sound project: what they are about is at the target. */
const needNoProject = new Set([
  "bundle",
  "explain",
  "examples",
  "destroy",
  "state list",
  "restore",
  "rollback",
  "report",
  "merge",
  "migrate-in",
  "scenario from-transcript",
]);
/** What they are about is looked for before a target is. */
const needFirst = new Set(["restore", "regrade"]);
const { world } = createTestWorld("/");
const program = createProgram(world, "0", () => {});
const commands = commandsWith("--json", program);
const haveTarget = new Set(commandsWith("--target", program).map((path) => path.join(" ")));

test("there are such commands", () => {
  expect(commands).toContainEqual(["plan"]);
  expect(commands).toContainEqual(["state", "list"]);
});

describe.each([
  ["broken files", "project: desk\nvars: 1\n", [], "wrong_type"],
  ["a target that is not there", "project: desk\n", ["--target", "nowhere"], "unknown_target"],
  ["a flag that is not there", "project: desk\n", ["--targt", "local"], "bad_flag"],
])("%s", (_what, settings, more, code) => {
  const isAbout = (command: string) =>
    code === "bad_flag" ||
    (code === "wrong_type" ? !needNoProject.has(command) : haveTarget.has(command) && !needFirst.has(command));
  test.each(commands.map((command) => command.join(" ")).filter(isAbout))("%s", async (command) => {
    await using folder = await temporaryFolder();
    await folder.write("playbill.yaml", settings);
    const { exitCode, stdout, stderr } = await run(folder.path, [
      ...command.split(" "),
      ...(needed[command] ?? []),
      "--json",
      ...more,
    ]);
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ format_version: 1, problems: [{ severity: "error", code }] });
    if (command !== "validate" || code === "bad_flag") expect(stderr).not.toBe("");
  });
});

test("a plan that cannot be saved is one document too, also with --format json", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  const { exitCode, stdout } = await run(folder.path, ["plan", "--format", "json", "--out", "playbill.yaml/plan.json"]);
  expect(exitCode).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ format_version: 1, problems: [{ code: "cannot_write" }] });
});

test("test --json is the reporter of that name, and goes with others that write to files", async () => {
  await using folder = await temporaryFolder();
  await run(folder.path, ["init", "."]);
  const { exitCode, stdout } = await run(folder.path, ["test", "--json", "--reporter", "junit=junit.xml"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ format_version: 3, summary: { passed: 1 } });
  expect(await readFile(join(folder.path, "junit.xml"), "utf8")).toContain("late-order");
});

test("every command with --json has a published schema", () => {
  expect(commands.map((command) => command.join(" ")).toSorted()).toEqual(Object.keys(printedBy).toSorted());
});

const made = temporaryFolder().then(async (folder) => {
  await run(folder.path, ["init", "--yes", "."]);
  await run(folder.path, ["sync", "--yes"]);
  await run(folder.path, ["test", "--deployed"]);
  await run(folder.path, ["key", "new", "one", "--api-keys", "keys.json"]);
  await folder.write(
    "suite.yaml",
    "prompts: ['Say {{x}}']\ntests: [{ vars: { x: hello }, assert: [{ type: contains, value: hello }] }]\n",
  );
  return folder;
});
afterAll(async () => rm((await made).path, { recursive: true, force: true }));

// `run` holds what they print to their schemas, as in every other test.
test.each([
  "validate",
  "plan",
  "sync --yes",
  "restore --list",
  "models",
  "state list",
  "import --all --dry-run",
  "fingerprint",
  "test --list",
  "scenario from-run last late-order --dry-run",
  "migrate promptfoo suite.yaml --assistant support --dry-run",
  "key list --api-keys keys.json",
  "explain drift",
  "examples greetings",
])("%s --json is described by its schema", async (typed) => {
  const { path } = await made;
  const { exitCode, output } = await run(path, [...typed.split(" "), "--json"]);
  expect(exitCode, output).toBe(0);
});

test("problems are described by their schema, and by no other", async () => {
  const { stdout } = await run(join((await made).path), ["plan", "--target", "nowhere", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: "unknown_target" }] });
  expect(() => holdToSchema(["plan", "--json"], '{"format_version":1}')).toThrow("no published schema");
});
