import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Subject } from "../src/scenarios/judge/verdict.ts";
import { type Reason, reasons } from "../src/sync/plan/plan-format.ts";

// docs/problems.md lists every code that the sources can raise, and no other. The sources are read as text: where a code is given,
// the words in quotes are codes. A call of `problem` or `fail` that is given something else has to be explained in `handedOn`.

const root = join(import.meta.dirname, "..");
const subjects = {
  status: true,
  tools: true,
  reply: true,
  code: true,
  time: true,
  usage: true,
  check: true,
  save: true,
} satisfies Record<Subject, true>;
const notRefusals = new Set<Reason>(["new", "gone", "declared", "not_declared", "found_by_marker", "lock_behind"]);

/** What may stand where a code is given without being one: the codes that it can mean, besides those found elsewhere. */
const handedOn: Record<string, readonly string[]> = {
  code: [],
  "error.code": [],
  "codeOf(error)": [],
  'first?.code ?? "unknown"': [],
  "resource.reason": reasons.filter((reason) => !notRefusals.has(reason)),
  "`lock_other_${part}`": ["lock_other_project", "lock_other_origin"],
  "`expect_${subject}`": Object.keys(subjects).map((subject) => `expect_${subject}`),
};

/** Functions that take a code, and at which place. */
const calls = { problem: 1, fail: 1, report: 1, tooMany: 0, stopped: 0 } as const;

function codesIn(text: string): { codes: string[]; unexplained: string[] } {
  const given = Object.entries(calls).flatMap(([name, place]) =>
    [...text.matchAll(new RegExp(`(?<!\\w|function )${name}\\(`, "g"))].map(({ index }) => ({
      isStrict: name === "problem" || name === "fail",
      written: partsFrom(text, index + name.length + 1)[place] ?? "",
    })),
  );
  const keys = [...text.matchAll(/\bcode\??:\s/g)].map(({ index }) => partsFrom(text, index + "code:".length)[0] ?? "");
  const tables = [...text.matchAll(/\bconst (?:codes|codeOf|\w+Codes)\b[^;]*;/g)].map(([table]) => table);
  return {
    codes: [...given.map(({ written }) => written), ...keys, ...tables].flatMap(
      (written) => handedOn[written] ?? quotedIn(written),
    ),
    unexplained: given.flatMap(({ isStrict, written }) =>
      isStrict && handedOn[written] === undefined && quotedIn(written).length === 0 ? [written] : [],
    ),
  };
}

/** Words in quotes, but not those that index a type, as in `Failure["code"]`. */
function quotedIn(written: string): string[] {
  return [...written.matchAll(/(?<!\[(?="\w+"\]))"([a-z_]+)"/g)].map(([, word]) => word ?? "");
}

/** The parts between commas from `start` to where the enclosing bracket or the statement ends. */
function partsFrom(text: string, start: number): string[] {
  const parts = [""];
  let depth = 0;
  let quote: string | null = null;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const isQuoted = quote !== null;
    if (isQuoted) quote = sign === quote && text[at - 1] !== "\\" ? null : quote;
    else if (`"'\``.includes(sign)) quote = sign;
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    if (!isQuoted && (depth < 0 || (depth === 0 && sign === ";"))) break;
    if (!isQuoted && depth === 0 && sign === ",") parts.push("");
    else parts.push(`${parts.pop()}${sign}`);
  }
  return parts.map((part) => part.trim());
}

/** Everything that raises problems. The server has codes of its own: those of the API that it serves. */
function raisingSources(): { path: string; text: string }[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && path !== "problem.ts" && !path.startsWith(join("project", "schemas")))
    .map((path) => ({ path, text: readFileSync(join(root, "src", path), "utf8") }))
    .filter(({ path, text }) => !path.startsWith("server") || text.includes('/problem.ts"'));
}

const sources = raisingSources().map(({ path, text }) => ({ path, found: codesIn(text) }));

test("every code that the sources can raise is in docs/problems.md, and every code there can be raised", () => {
  const page = readFileSync(join(root, "docs", "problems.md"), "utf8");
  const documented = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code);
  expect(new Set(documented)).toEqual(new Set(sources.flatMap(({ found }) => found.codes)));
  expect(documented).toHaveLength(new Set(documented).size);
});

test("every place that raises a problem names its code, or is known to hand one on", () => {
  expect(sources.filter(({ found }) => found.unexplained.length > 0)).toEqual([]);
});

test.each([
  ['fail("input", "one_code", `a, "b"`)', ["one_code"]],
  ['problem("input", isOld ? "old_code" : "new_code", message)', ["old_code", "new_code"]],
  ['return { path, code: "key_code", message: "text" };', ["key_code"]],
  ['type Fault = { code:\n | "first_code"\n | "second_code"; message: string }', ["first_code", "second_code"]],
  ['problem("input", word, message)', []],
])("reads the codes of %s", (text, codes) => {
  expect(codesIn(text).codes).toEqual(codes);
});

test("does not pass over a code that is worked out", () => {
  expect(codesIn('problem("input", word, message)').unexplained).toEqual(["word"]);
});
