import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { main } from "../src/cli/main.ts";
import { createProgram } from "../src/cli/program.ts";
import { loadProject } from "../src/project/load.ts";
import { operatorNames } from "../src/scenarios/matcher/operators.ts";
import { match } from "../src/scenarios/matcher/match.ts";
import { renderProblems } from "../src/problem-text.ts";
import { createTestWorld, run, temporaryFolder } from "./cli/run.ts";
import { startServe } from "./cli/serving.ts";
import { compareText } from "../src/kit/json.ts";
import { schemaOf } from "./project/schema-of.ts";

// A YAML block of a page whose first line names a file is that file of a project. A page's blocks are written one after the other
// over the project in test/docs/project, which has what they refer to; they must be valid, and their scenarios must pass
// (those with the tag "slow" run Python; the shipped scenarios do that too).

const root = join(import.meta.dirname, "..");
const written = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const pages = ["README.md", ...written.map((name) => join("docs", name))];
const pageText = (page: string) => readFileSync(join(root, page), "utf8");

interface Block {
  page: string;
  file: string;
  text: string;
}

/** A fence of `csv` names its file behind the word, because CSV has no comments. */
const fence = /^```(?:(?:yaml|ts|markdown)\n((?:# |\/\/ |<!-- )(\S+\.\w+)(?: -->)?\n[^]*?)|csv (\S+)\n([^]*?))^```$/gm;
const blocks = pages.flatMap((page) =>
  [...pageText(page).matchAll(fence)].map(([, text, file, csvFile = "", csv = ""]): Block => ({
    page,
    file: file ?? csvFile,
    text: text ?? csv,
  })),
);

test("every YAML file on a page names its schema, for the editor of whoever copies it", () => {
  const files = blocks.filter(({ file }) => schemaOf(file) !== null);
  expect(files.length).toBeGreaterThan(30);
  for (const { page, file, text } of files) {
    const [, named = ""] = /^# yaml-language-server: \$schema=(.+)$/m.exec(text) ?? [];
    expect(join(dirname(file), named), `${page}: ${file}`).toBe(schemaOf(file));
  }
});

test.each(pages.filter((page) => !page.endsWith("tutorial.md") && blocks.some((block) => block.page === page)))(
  "the examples of %s",
  async (page) => {
    await using project = await temporaryFolder(join(import.meta.dirname, "docs", "project"));
    for (const { file, text } of blocks.filter((block) => block.page === page)) {
      await project.write(file, text);
      const { problems } = await loadProject(project.path, {});
      expect(renderProblems(problems, { color: false }), `${page}: ${file}`).not.toContain("error[");
    }
    if (!blocks.some((block) => block.page === page && block.file.startsWith("scenarios/"))) return;
    const { exitCode, output } = await run(project.path, ["test", "--not-tag", "slow"]);
    expect(exitCode, output).toBe(0);
    expect(output).not.toContain("warning[");
  },
);

// A page's fences of `console` are typed one after the other in one folder; what is in `<!-- run ... -->` too, line by line, unseen.
test.each(["README.md", "docs/tutorial.md", "docs/sync.md", "docs/coverage.md", "docs/gate.md"])(
  "the commands of %s print what it says",
  async (page) => {
    await using folder = await temporaryFolder();
    const env = { ...process.env, REPOSITORY: root };
    let cwd = folder.path;
    let now = Date.parse("2026-11-26T12:00:00Z");
    const type = async (command: string): Promise<string | null> => {
      const [, argv] = /^npx playbill (.+)$/.exec(command) ?? [];
      now += 60_000;
      if (argv !== undefined) return typeYes(cwd, argv.split(" "), now);
      if (command.startsWith("cd ")) cwd = join(cwd, command.slice("cd ".length));
      else execFileSync("sh", ["-c", command], { cwd, env });
      return null;
    };
    const steps = /^(?:```(console|yaml)\n([^]*?)^```|<!-- (run)\n([^]*?)^-->)$/gm;
    for (const [, kind, text = "", hidden, lines = ""] of pageText(page).matchAll(steps)) {
      if (hidden !== undefined) for (const line of lines.trim().split("\n")) await type(line);
      else if (kind === "console") await expectPrinted(text, type);
      else if (page === "docs/tutorial.md") {
        const [, file = ""] = /^# (\S+)/.exec(text) ?? [];
        await writeFile(join(cwd, file), text);
      }
    }
  },
);

test("the recording in README.md shows what README.md says", () => {
  const [, section = ""] = /^## What a failing test looks like\n([^]*?)^## /m.exec(pageText("README.md")) ?? [];
  const blocks = [...section.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = ""]) => block).join("");
  expect(steady(pageText("docs/pictures/recording.txt"))).toEqual(steady(blocks));
});

async function expectPrinted(text: string, type: (command: string) => Promise<string | null>): Promise<void> {
  for (const typed of text.split(/^\$ /m).slice(1)) {
    const [command = "", ...lines] = typed.split("\n");
    const printed = await type(command);
    if (printed !== null) expect(steady(printed), command).toEqual(steady(lines.join("\n")));
  }
}

test("the Node client of docs/server.md prints what it says", async () => {
  await using project = await temporaryFolder(join(import.meta.dirname, "docs", "project"));
  for (const { page, file, text } of blocks) if (page === "docs/server.md") await project.write(file, text);
  await using server = await startServe(project.path);
  const text = pageText("docs/server.md");
  const [, program = ""] = /^```js\n([^]*?)^```$/m.exec(text) ?? [];
  const [, printed] = /now print `(.+?)`/.exec(text) ?? [];
  const script = program.replace("http://127.0.0.1:8787", server.url);
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd: root });
  expect(stdout).toBe(`${printed}\n`);
});

/** What a command prints for somebody at a terminal who answers "yes", or with the name that is asked for, at that time. */
async function typeYes(cwd: string, argv: readonly string[], now: number): Promise<string> {
  const { world, text } = createTestWorld(cwd, {
    now: () => now,
    command: () => "npx playbill",
    ask: async (question) => {
      const [, answer = "yes"] = /Type (\S+) or/.exec(question) ?? [];
      world.stderr.write(`${question}${answer}\n`);
      return answer;
    },
  });
  await main(argv, world);
  return text();
}

/** The lines in one order and without times: scenarios run side by side. */
function steady(output: string): string[] {
  return output
    .replaceAll(/\b\d+(\.\d+)? m?s\b/g, "<time>")
    .replaceAll(/\basst_\w+/g, "<id>")
    .split("\n")
    .toSorted(compareText);
}

test("links between the pages lead somewhere", () => {
  const linked = [...pages, "ARCHITECTURE.md", "AGENTS.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
  const titles = (page: string) =>
    [...pageText(page).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  const broken = linked.flatMap((page) =>
    [...pageText(page).matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file = "", title]) => {
      const to = file === "" ? page : join(dirname(page), file);
      if (/\.(png|gif)$/.test(to)) return !existsSync(join(root, to));
      return !linked.includes(to) || (title !== undefined && !titles(to).includes(title));
    }),
  );
  expect(broken).toEqual([]);
});

describe("the table of matchers", () => {
  const row = /^\| `(\$\w+)` \| `(.+)` \| `(.+)` \| (?:`(.+)` )?\|$/gm;
  const rows = [...pageText("docs/scenarios.md").matchAll(row)].map(([, ...columns]) => columns);

  test("has every operator", () => {
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(operatorNames));
  });

  test.each(rows)("%s", (name, pattern, fits, misses) => {
    expect(pattern).toContain(name);
    expect(match(parse(pattern ?? ""), parse(fits ?? ""))).toEqual([]);
    if (misses !== undefined) expect(match(parse(pattern ?? ""), parse(misses))).not.toEqual([]);
  });
});

describe("every key has a place in the docs", () => {
  const documents = {
    "assistants.md": ["playbill", "assistant", "tool", "vector-store"],
    "scenarios.md": ["scenario"],
  };
  const cases = Object.entries(documents).flatMap(([page, schemas]) =>
    schemas.map((schema) => [schema, page] as const),
  );

  test.each(cases)("of %s in %s", (schema, page) => {
    const text = pageText(join("docs", page));
    const keys = keysOf(JSON.parse(readFileSync(join(root, "schemas", `${schema}.schema.json`), "utf8")));
    expect(keys.filter((key) => !new RegExp(`(?<!\\w)${key.replaceAll(/\W/g, "\\$&")}\\b`).test(text))).toEqual([]);
  });
});

describe("every option has a place in the docs", () => {
  const program = createProgram(createTestWorld(root).world, "0.0.0", () => {});

  test.each(commandsUnder(program))("of %s", (name, command) => {
    const text = name === "playbill serve" ? pageText("docs/server.md") : pages.map(pageText).join("\n");
    const flags = command.options.map(({ long, short }) => long ?? short ?? "");
    expect(flags.filter((flag) => !new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(text))).toEqual([]);
  });
});

/** A command and those under it, by what one types. */
function commandsUnder(command: Command, before = ""): [name: string, command: Command][] {
  const name = `${before}${command.name()}`;
  return [[name, command], ...command.commands.flatMap((inner) => commandsUnder(inner, `${name} `))];
}

/** The names under every `properties` of a JSON Schema. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(Object(schema.properties)) : [];
  return own.concat(Object.values(schema).flatMap(keysOf));
}
