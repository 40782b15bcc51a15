import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { main } from "../src/cli/main.ts";
import { loadProject } from "../src/project/load.ts";
import { operatorNames } from "../src/scenarios/matcher/operators.ts";
import { match } from "../src/scenarios/matcher/match.ts";
import { renderProblems } from "../src/problem-text.ts";
import { compareText } from "../src/sync/canonical.ts";
import { createTestWorld, run, temporaryFolder } from "./cli/run.ts";

// A YAML block of a page whose first line names a file is that file of a project. A page's blocks are written one after the other
// over the project in test/docs/project, which has what they refer to; they must be valid, and their scenarios must pass
// (those with the tag "slow" run Python; the shipped scenarios do that too).

const root = join(import.meta.dirname, "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))];
const pageText = (page: string) => readFileSync(join(root, page), "utf8");

interface Block {
  page: string;
  file: string;
  text: string;
}

const blocks = pages.flatMap((page) =>
  [...pageText(page).matchAll(/^```(?:yaml|ts|markdown)\n((?:# |\/\/ |<!-- )(\S+\.\w+)(?: -->)?\n[^]*?)^```$/gm)].map(
    ([, text = "", file = ""]): Block => ({ page, file, text }),
  ),
);

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

test("the commands of docs/tutorial.md print what it says", async () => {
  await using folder = await temporaryFolder();
  let cwd = folder.path;
  const fences = [...pageText("docs/tutorial.md").matchAll(/^```(console|yaml)\n([^]*?)^```$/gm)];
  for (const [, kind, text = ""] of fences) {
    if (kind === "yaml") {
      const [, file = ""] = /^# (\S+)/.exec(text) ?? [];
      await writeFile(join(cwd, file), text);
      continue;
    }
    for (const typed of text.split(/^\$ /m).slice(1)) {
      const [command = "", ...lines] = typed.split("\n");
      const [, argv] = /^npx playbill (.+)$/.exec(command) ?? [];
      if (command.startsWith("cd ")) cwd = join(cwd, command.slice("cd ".length));
      else if (argv === undefined) execFileSync("sh", ["-c", command], { cwd });
      else expect(steady(await typeYes(cwd, argv.split(" "))), command).toEqual(steady(lines.join("\n")));
    }
  }
});

/** What a command prints for somebody at a terminal who answers "yes". */
async function typeYes(cwd: string, argv: readonly string[]): Promise<string> {
  const { world, text } = createTestWorld(cwd, {
    ask: async (question) => {
      world.stderr.write(`${question}yes\n`);
      return "yes";
    },
  });
  await main(argv, world);
  return text();
}

/** The lines in one order and without times: scenarios run side by side. */
function steady(output: string): string[] {
  return output
    .replaceAll(/\b\d+(\.\d+)? m?s\b/g, "<time>")
    .split("\n")
    .toSorted(compareText);
}

test("links between the pages lead somewhere", () => {
  const titles = (page: string) =>
    [...pageText(page).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  const broken = pages.slice(1).flatMap((page) =>
    [...pageText(page).matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file = "", title]) => {
      const to = file === "" ? page : join("docs", file);
      return !pages.includes(to) || (title !== undefined && !titles(to).includes(title));
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
    expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(text))).toEqual([]);
  });
});

/** The names under every `properties` of a JSON Schema. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(Object(schema.properties)) : [];
  return own.concat(Object.values(schema).flatMap(keysOf));
}
