import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { reporterNames } from "../../../src/cli/report/reporter-table.ts";
import { run, temporaryFolder } from "../../cli/run.ts";
import { parseXml } from "./xml.ts";

// One run with every status, tools, code, files, attempts, repeats and hostile texts; `rich/project` is what was run, by
// `playbill test -j 1 --bail 5 --seed 1 --confirm 1` on a day before 2026-12-20. `-u` writes the golden files again.
const rich = join(import.meta.dirname, "rich");
const recorded = join(rich, "results.jsonl");

/** What `playbill report` prints of the rich run. */
async function printed(...argv: string[]): Promise<string> {
  await using folder = await temporaryFolder();
  const { exitCode, stdout, stderr } = await run(folder.path, ["report", recorded, ...argv]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return stdout;
}

const golden = (name: string) => join(rich, "golden", name);
/** They are not text for a terminal, or have tests of their own. */
const others = new Set(["html", "blob"]);
const texts = reporterNames.filter((name) => !others.has(name));

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("a report of a stored run", () => {
  test.each(texts)("%s", async (name) => {
    await expect(await printed("--reporter", name)).toMatchFileSnapshot(golden(`${name}.txt`));
  });

  test.each(texts)("%s has nothing in it that controls a terminal or a CI log", async (name) => {
    const text = await printed("--reporter", name);
    expect(text).not.toMatch(controls);
    expect(text).not.toMatch(/##(vso)?\[/);
    const commands = text.match(/^\s*::.*$/gm) ?? [];
    const isOurs = (line: string) => name === "github" && /^::(error|warning|notice) (file=[^:]*,|title=)/.test(line);
    expect(commands.filter((line) => !isOurs(line))).toEqual([]);
  });

  test("list with what was said", async () => {
    await expect(await printed("-v")).toMatchFileSnapshot(golden("list-verbose.txt"));
  });

  test("a blob is the run as it was stored", async () => {
    await using folder = await temporaryFolder();
    await run(folder.path, ["report", recorded, "--reporter", "blob=run.blob"]);
    const lines = gunzipSync(await readFile(join(folder.path, "run.blob"))).toString();
    const values = (text: string) =>
      text
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
    expect(values(lines)).toEqual(values(await readFile(recorded, "utf8")));
  });

  test("several are made at once, each in its place", async () => {
    await using folder = await temporaryFolder();
    const files = texts.filter((name) => name !== "dot").map((name) => `${name}=out/${name}.txt`);
    const argv = ["dot", ...files].flatMap((each) => ["--reporter", each]);
    const { stdout } = await run(folder.path, ["report", recorded, ...argv]);
    expect(stdout).toBe(await readFile(golden("dot.txt"), "utf8"));
    const written = (name: string) => readFile(join(folder.path, "out", `${name}.txt`), "utf8");
    const kept = (name: string) => readFile(golden(`${name}.txt`), "utf8");
    expect(await written("tap")).toBe(await kept("tap"));
    expect(JSON.parse(await written("json"))).toEqual(JSON.parse(await kept("json")));
    expect(parseXml(await written("junit")).length).toBe(parseXml(await kept("junit")).length);
  });

  test("the job summary of GitHub is Markdown with nothing in it but text", async () => {
    await using folder = await temporaryFolder();
    const env = { PATH: process.env["PATH"], GITHUB_STEP_SUMMARY: join(folder.path, "summary.md") };
    const argv = ["report", recorded, "--reporter", "github=annotations.txt"];
    await run(folder.path, argv, { env });
    const text = await readFile(env.GITHUB_STEP_SUMMARY, "utf8");
    await expect(text).toMatchFileSnapshot(golden("github-summary.md"));
    const outside = text.replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, "");
    expect(outside).not.toMatch(/`/);
    expect(outside.match(/<(?!\/?(?:details|summary|code)>)/g)).toBe(null);
  });
});

test("a TAP reader finds every scenario, and the reasons are YAML", async () => {
  const lines = (await printed("--reporter", "tap")).split("\n");
  const points = lines.filter((line) => /^(not )?ok\b/.test(line));
  expect(lines.slice(0, 2)).toEqual(["TAP version 14", `1..${points.length}`]);
  expect(points.map((line) => Number(/^(?:not )?ok (\d+) - /.exec(line)?.[1]))).toEqual(points.map((_, at) => at + 1));
  expect(points.filter((line) => /(?<!\\)#/.test(line)).every((line) => / # SKIP /.test(line))).toBe(true);
  const blocks = lines.join("\n").match(/^ {2}---\n[^]*?^ {2}\.\.\.$/gm) ?? [];
  const values = blocks.map((block) => parse(block.replaceAll(/^ {2}/gm, "").slice(4, -4)) as { status: string });
  expect(values.length).toBeGreaterThan(6);
  for (const value of values) expect(typeof value.status).toBe("string");
  expect(values).toContainEqual(
    expect.objectContaining({ code: "expect_tools", at: { file: "scenarios/b-failed.yaml", line: 12, column: 31 } }),
  );
});

test("a JUnit reader counts what its totals say", async () => {
  const elements = parseXml(await printed("--reporter", "junit"));
  const count = (name: string) => String(elements.filter((each) => each.name === name).length);
  expect(elements.find(({ name }) => name === "testsuites")?.attributes).toMatchObject({
    tests: count("testcase"),
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  });
});

test("GitHub gets at most ten annotations of a kind, at the lines of files of the repository", async () => {
  await using folder = await temporaryFolder();
  const line = (await readFile(recorded, "utf8")).split("\n");
  const failed = line.find((each) => each.startsWith('{"id":"b-failed[locale=en]"')) ?? "";
  const many = Array.from({ length: 25 }, (_, index) => failed.replace("locale=en", `n=${index}`));
  const header = {
    ...(JSON.parse(line[0] ?? "") as object),
    scenarios: many.map((each) => (JSON.parse(each) as { id: string }).id),
  };
  await folder.write("shop/playbill.yaml", "project: shop\n");
  await folder.write("many.jsonl", [JSON.stringify(header), ...many, line.at(-2)].join("\n"));
  const env = { PATH: process.env["PATH"], GITHUB_WORKSPACE: folder.path };
  const { stdout } = await run(join(folder.path, "shop"), ["report", "../many.jsonl", "--reporter", "github"], { env });
  const errors = stdout.match(/^::error .*$/gm) ?? [];
  expect(errors).toHaveLength(10);
  expect(errors[0]).toMatch(
    /^::error file=shop\/scenarios\/b-failed.yaml,line=12,col=31,title=b-failed\[n=0\]%3A Late%2C/,
  );
  expect(stdout.match(/^::notice .*$/gm)).toEqual([
    "::notice title=Playbill::15 more errors and 0 more warnings are in the log and in the job summary",
  ]);
});
