import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problem } from "../src/problem.ts";
import { type ProblemCode, isProblemCode, problemCodes } from "../src/problem-codes.ts";
import type { CodeEntry, ProblemKind } from "../src/problem-kinds.ts";
import { subjects } from "../src/scenarios/subjects/table.ts";

// The types let nobody raise a code that is not in the table; these tests hold docs/problems.md and the sources to it.

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs", "problems.md"), "utf8");
const codes = Object.keys(problemCodes) as ProblemCode[];

test("docs/problems.md explains every code once, and no other", () => {
  const documented = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code = ""]) => code);
  expect(new Set(documented)).toEqual(new Set(codes));
  expect(documented).toHaveLength(codes.length);
});

const kindWords: Record<string, ProblemKind> = {
  "(wrong input, exit code 4)": "input",
  "(exit code 5)": "remote",
  "(exit code 3)": "refused",
};

test("a heading of docs/problems.md that says a kind has only codes of that kind", () => {
  const sections = page.split(/^## /m).slice(1);
  const rows = sections.flatMap((section) => {
    const kind = kindWords[/\([^)]*exit code \d\)$/.exec(section.split("\n", 1)[0] ?? "")?.[0] ?? ""];
    return kind === undefined
      ? []
      : [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code = ""]) => [code, kind] as const);
  });
  expect(rows.length).toBeGreaterThan(80);
  expect(rows).toEqual(
    rows.map(([code]) => [code, isProblemCode(code) ? problemCodes[code].kind : `${code} is no code`]),
  );
});

test("docs/problems.md lists the codes that are worth another try", () => {
  const [, list = ""] = /^These problems are retryable, all others are not: (.+?)\. /m.exec(page) ?? [];
  const entries: [string, CodeEntry][] = Object.entries(problemCodes);
  const retryable = entries.filter(([, each]) => each.retryable === true).map(([code]) => code);
  expect(list.split(", ")).toEqual(retryable.map((code) => `\`${code}\``));
});

test("a row that begins with Warning is a warning, and no other is", () => {
  const warnings = [...page.matchAll(/^\| `(\w+)` \| Warning:/gm)].map(([, code = ""]) => code);
  const inCalls = new Set([
    "bad_arguments_json",
    "arguments_violate_schema",
    "result_violates_schema",
    "handler_failed",
  ]);
  const declared = codes.filter((code) => problemCodes[code].severity === "warning" && !inCalls.has(code));
  expect(new Set(warnings)).toEqual(new Set(declared));
});

test("the sources name every code", () => {
  const texts = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && path !== "problem-codes.ts")
    .map((path) => readFileSync(join(root, "src", path), "utf8"))
    .join("\n");
  const built = new Set([
    ...subjects.map(({ name }) => `expect_${name}`),
    "expect_save",
    ...["project", "origin"].map((part) => `lock_other_${part}`),
  ]);
  expect(codes.filter((code) => !texts.includes(`"${code}"`) && !built.has(code))).toEqual([]);
});

test("a problem has the kind and the severity of its code, unless it is given another severity", () => {
  expect(problem("unused", "x")).toEqual({ kind: "input", severity: "warning", code: "unused", message: "x" });
  expect(problem("drift", "x", { severity: "warning" })).toMatchObject({ kind: "refused", severity: "warning" });
});
