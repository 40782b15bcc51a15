import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { loadProject } from "../src/project/load.ts";
import { operatorNames } from "../src/scenarios/matcher/operators.ts";
import { match } from "../src/scenarios/matcher/match.ts";
import { renderProblems } from "../src/problem-text.ts";
import { run, temporaryFolder } from "./cli/run.ts";

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

test.each(pages.filter((page) => blocks.some((block) => block.page === page)))("the examples of %s", async (page) => {
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
