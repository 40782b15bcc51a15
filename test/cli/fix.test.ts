import { readFileSync, readdirSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "commander";
import { createProgram } from "../../src/cli/program.ts";
import { type Problem, advice, isRetryable, problem } from "../../src/problem.ts";
import { joinTake } from "../../src/cli/sync/take.ts";
import { createTestWorld, run, temporaryFolder } from "./run.ts";

// A problem that a command repairs has the command under `fix`, in its JSON too. Some are run as they are printed, by somebody who says yes;
// all that the sources name can be parsed.

type Printed = Problem & { retryable: boolean };

/** The problems that a command line prints as JSON. */
async function problemsOf(cwd: string, argv: readonly string[]): Promise<Printed[]> {
  const { stdout } = await run(cwd, [...argv, "--json"]);
  const { problems } = JSON.parse(stdout.slice(stdout.lastIndexOf('{\n  "format_version"'))) as { problems: Printed[] };
  return problems;
}

/** The words of command lines that are joined by `&&`; none of them needs quotes here. */
function wordsOf(command: string): string[][] {
  return command.split(" && ").map((line) => {
    const [start, ...words] = line.split(" ");
    expect(start, command).toBe("playbill");
    return words;
  });
}

interface Case {
  code: string;
  typed: string;
  /** What is written into a synced project before. */
  first?: Record<string, string>;
  isEmpty?: true;
}

const edited = { "assistants/extra.yaml": "name: Extra\nmodel: gpt-4o-mini\n" };
const cases: Case[] = [
  { code: "no_project", typed: "validate", isEmpty: true },
  { code: "bad_flag", typed: "plan --targte local" },
  { code: "bad_flag", typed: "explain unknown_kye" },
  { code: "unknown_run", typed: "coverage" },
  { code: "malformed_plan", typed: "sync my.plan", first: { "my.plan": "{}" } },
  { code: "not_confirmed", typed: "sync", first: edited },
  { code: "many_deletes", typed: "destroy --yes" },
];

const synced = temporaryFolder().then(async (folder) => {
  await run(folder.path, ["init", "."]);
  await run(folder.path, ["sync", "--yes"]);
  return folder;
});

test.each(cases)("$code: $typed", async ({ code, typed, first, isEmpty }) => {
  const base = await synced;
  const prepared = async () => {
    const folder = await temporaryFolder();
    if (isEmpty === undefined) await cp(base.path, folder.path, { recursive: true });
    for (const [path, text] of Object.entries(first ?? {})) await folder.write(path, text);
    return folder;
  };
  await using folder = await prepared();
  const found = (await problemsOf(folder.path, typed.split(" "))).find((each) => each.code === code);
  expect(found?.fix, JSON.stringify(found)).toBeDefined();
  for (const { purpose, command } of found?.fix ?? []) {
    expect(found?.hint).toContain(`${purpose}: ${command}`);
    await using other = await prepared();
    for (const words of wordsOf(command)) {
      const { exitCode, output } = await run(other.path, words, { ask: async () => "yes" });
      expect(exitCode, `${command}\n${output}`).toBe(0);
    }
  }
});

/** Parses a command line without running it. */
async function parse(words: readonly string[]): Promise<void> {
  const visit = (command: Command): void => {
    command.exitOverride().action(() => {});
    command.commands.forEach(visit);
  };
  const program = createProgram(createTestWorld("/").world, "0.0.0", () => {});
  program.exitOverride().configureOutput({ writeErr: () => {} });
  program.commands.forEach(visit);
  await program.parseAsync(joinTake(words), { from: "user" });
}

const root = join(import.meta.dirname, "../..");
const texts = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => readFileSync(join(root, folder, path), "utf8"));
const inSources = texts("src", ".ts").flatMap((text) =>
  [...text.matchAll(/command: ["`](playbill [^"`]+)["`]/g)].map(([, command = ""]) => command),
);
test("there are such commands", () => {
  expect(new Set(inSources).size).toBeGreaterThan(20);
});

test.each([...new Set(inSources)])("%s can be typed", async (command) => {
  const filled = command.replaceAll(/\$\{[^}]*\}/g, "assistant.x");
  for (const words of wordsOf(filled)) await parse(words);
});

test("a hint is made of the same words as its fix", () => {
  expect(advice("Look.")).toEqual({ hint: "Look." });
  const fix = { purpose: "To keep it", command: "playbill pull assistant.x" };
  expect(advice("Look.", fix)).toEqual({ hint: "Look.\nTo keep it: playbill pull assistant.x", fix: [fix] });
});

const api = { type: null, code: null, param: null, requestId: null };

test.each<[string, Problem, boolean]>([
  ["the network", problem("unreachable", "x"), true],
  ["an overload", problem("server_failed", "x", { api: { ...api, status: 503 } }), true],
  ["another process", problem("target_busy", "x"), true],
  ["a key that was refused", problem("key_refused", "x", { api: { ...api, status: 401 } }), false],
  ["a quota", problem("quota_used_up", "x", { api: { ...api, status: 429 } }), false],
  ["a request that is wrong", problem("server_failed", "x", { api: { ...api, status: 501 } }), false],
  ["what is final", problem("turn_timeout", "x", { final: true }), false],
  ["a file", problem("unknown_key", "x"), false],
  ["drift", problem("drift", "x"), false],
])("trying again: %s", (_what, each, isWorthIt) => {
  expect(isRetryable(each)).toBe(isWorthIt);
});
