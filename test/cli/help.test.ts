import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { commandHelp } from "../../src/cli/help/command-examples.ts";
import { createProgram } from "../../src/cli/program.ts";
import { problemCodes } from "../../src/problem-codes.ts";
import { createTestWorld, run, temporaryFolder } from "./run.ts";

const root = join(import.meta.dirname, "../..");
const program = () => createProgram(createTestWorld(root).world, "0.0.0", () => {});

/** All commands that can be typed, as `state rm`. */
function pathsUnder(command: Command, before: readonly string[] = []): string[] {
  return command.commands.flatMap((each) => {
    const path = [...before, each.name()];
    return [path.join(" "), ...pathsUnder(each, path)];
  });
}
const paths = pathsUnder(program());

test("every command has examples, and nothing else has", () => {
  expect(Object.keys(commandHelp).toSorted()).toEqual(paths.toSorted());
});

test.each(
  Object.entries(commandHelp).flatMap(([path, { examples }]) => examples.map(([line]) => [path, line] as const)),
)("an example of %s can be typed: %s", async (path, line) => {
  const typed = line.split(" ");
  const ran: string[] = [];
  const tree = program().exitOverride();
  const visit = (command: Command, at: readonly string[]): void => {
    command.exitOverride().action(() => void ran.push(at.join(" ")));
    for (const each of command.commands) visit(each, [...at, each.name()]);
  };
  for (const each of tree.commands) visit(each, [each.name()]);
  // Only what has commands and no work of its own runs one of them.
  await tree.parseAsync(typed.join(" ").replace("--take ours assistant", "--take=ours assistant").split(" "), {
    from: "user",
  });
  expect(ran).toHaveLength(1);
  expect(ran[0]).toMatch(new RegExp(`^${path}( |$)`));
});

test.each(Object.entries(commandHelp))("the page that the help of %s names is there", (_path, { page }) => {
  expect(existsSync(join(root, "docs", `${page}.md`))).toBe(true);
});

test.each(paths)("help %s is what its --help prints", async (path) => {
  const typed = path.split(" ");
  const [asked, flag] = [await run(root, ["help", ...typed]), await run(root, [...typed, "--help"])];
  expect(asked.exitCode).toBe(0);
  expect(asked.stdout).toContain(commandHelp[path]?.examples[0]?.[0]);
  expect(asked.stdout).toBe(flag.stdout);
});

test("help shows a page of the documentation, and lists them", async () => {
  expect((await run(root, ["help", "gate"])).stdout).toMatch(/^# Test before you sync: the gate/);
  expect((await run(root, ["help", "from", "real", "life"])).stdout).toMatch(
    /^# Write scenarios from real conversations/,
  );
  expect((await run(root, ["help"])).stdout).toMatch(/^ {2}gate +Test before you sync: the gate$/m);
});

test("a page is rendered at a terminal", async () => {
  const { world, text } = createTestWorld(root);
  world.stdout.isTTY = true;
  world.env = { ...world.env, FORCE_COLOR: "1" };
  const { main } = await import("../../src/cli/main.ts");
  expect(await main(["explain", "bad_flag"], world)).toBe(0);
  expect(text()).not.toContain("**What to do:**");
  expect(stripVTControlCharacters(text())).toMatch(/^What to do:/m);
});

test("explain knows every code", async () => {
  const { stdout } = await run(root, ["explain", "--json"]);
  const { codes } = JSON.parse(stdout) as { codes: { code: string; meaning: string; advice: string }[] };
  expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining(Object.keys(problemCodes)));
  expect(codes.every(({ meaning, advice }) => meaning !== "" && advice !== "")).toBe(true);
});

test("schema prints what is published, and lists the kinds", async () => {
  const { stdout: list } = await run(root, ["schema"]);
  const kinds = list.trim().split("\n");
  expect(kinds).toContain("scenario");
  for (const kind of kinds) {
    const { stdout } = await run(root, ["schema", kind]);
    expect(JSON.parse(stdout)).toHaveProperty("$schema");
  }
});

test("examples prints a file that can be copied", async () => {
  const { stdout: list } = await run(root, ["examples"]);
  expect(list).toMatch(/^greetings +Matrix$/m);
  const { stdout } = await run(root, ["examples", "greetings"]);
  const line = "# yaml-language-server: $schema=../schemas/scenario.schema.json\n";
  expect(stdout.startsWith(`# scenarios/greetings.yaml\n${line}assistant: support\n`)).toBe(true);
});

test.each([
  [["plann"], "Did you mean: playbill plan\n"],
  [["plan", "--fromat", "json"], "Did you mean: playbill plan --format json\n"],
  [["state", "lsit"], "Did you mean: playbill state list\n"],
  [["explain", "unknown_kye"], "Did you mean: playbill explain unknown_key"],
  [["schema", "scenari"], "Did you mean: playbill schema scenario"],
  [["examples", "greeting"], "Did you mean: playbill examples greetings"],
  [["help", "gatee"], "Did you mean: playbill help gate"],
  [["state", "rm"], "playbill state rm --help lists the options."],
])("%j says what was meant, with its code", async (argv, words) => {
  const { exitCode, stderr, stdout } = await run(root, argv);
  expect(stderr).toContain("error[bad_flag]: ");
  expect(stderr).toContain(words);
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
});

describe("completion", () => {
  const complete = async (words: readonly string[]): Promise<string[]> => {
    await using folder = await temporaryFolder();
    await folder.write("playbill.bash", (await run(root, ["completion", "bash"])).stdout);
    const line = words.map((word) => `'${word}'`).join(" ");
    const script = `source playbill.bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _playbill; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script], { cwd: folder.path });
    return stdout.split("\n").filter((word) => word !== "");
  };

  test.each([
    [["playbill", "pl"], ["plan"]],
    [
      ["playbill", "state", "r"],
      ["rm", "rebuild"],
    ],
    [["playbill", "plan", "--des"], ["--destroy"]],
    [["playbill", "plan", "--format", "m"], ["markdown"]],
    [["playbill", "plan", "--target", "prod", "--exp"], ["--expect-no-changes"]],
    [["playbill", "scenario", "from-run", "--ke"], ["--keep"]],
  ])("of %j in bash", async (words, expected) => {
    expect(await complete(words)).toEqual(expected);
  });

  test.each(["zsh", "fish"])("of %s has every command and option", async (shell) => {
    const { stdout } = await run(root, ["completion", shell]);
    const flags = (command: Command): string[] => [
      ...command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long.slice(2)])),
      ...command.commands.flatMap((each) => [each.name(), ...flags(each)]),
    ];
    expect([...new Set(flags(program()))].filter((word) => !stdout.includes(word))).toEqual([]);
  });
});
