import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../src/cli/program.ts";
import { type TemporaryFolder, createTestWorld, run, temporaryFolder } from "./cli/run.ts";

// SKILL.md: its files are written into an empty project, and what it tells agents to type is typed there.

const text = readFileSync("SKILL.md", "utf8");
const blocks = (language: string) =>
  [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter((each) => each[1] === language);
const lines = blocks("sh").flatMap(([, , block = ""]) => block.trim().split("\n"));

let project: TemporaryFolder;
beforeAll(async () => {
  project = await temporaryFolder();
  await run(project.path, ["init", "--template", "empty"]);
  for (const [, , block = ""] of [...blocks("yaml"), ...blocks("markdown")]) {
    const [, file = ""] = /^(?:# |<!-- )(\S+)/.exec(block) ?? [];
    await project.write(file, block);
  }
});
afterAll(() => project[Symbol.asyncDispose]());

test("its head is in the format of Agent Skills", () => {
  const [, head = ""] = /^---\n([^]*?)^---$/m.exec(text) ?? [];
  const { name, description, ...others } = parse(head) as Record<string, string>;
  // The folder that it is copied into.
  expect([name, others]).toEqual(["playbill", {}]);
  expect(description!.length).toBeLessThanOrEqual(1024);
  expect(text.split("\n").length).toBeLessThan(500);
});

test.each(lines)("%s", async (line) => {
  const [npx, command, ...argv] = line.split(" ");
  expect([npx, command]).toEqual(["npx", "playbill"]);
  const { exitCode, stdout, output } = await run(project.path, argv);
  expect(exitCode, output).toBe(0);
  if (argv.includes("--json")) expect(JSON.parse(stdout)).toHaveProperty("format_version");
});

test("every option and command that it names is there", () => {
  const { world } = createTestWorld(".");
  const program = createProgram(world, "0", () => {});
  const commands = [...program.commands, ...program.commands.flatMap((each) => each.commands)];
  const options = new Set(commands.flatMap((each) => each.options.map(({ long }) => long)));
  const named = [...text.matchAll(/(?<=[ `])--[a-z-]+/g)].map(([option]) => option);
  expect(named.filter((each) => !options.has(each))).toEqual([]);
});
