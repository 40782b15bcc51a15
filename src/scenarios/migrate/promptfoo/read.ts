import { asList, asObject, asText, isObject, someTextOrNull } from "../../../kit/json.ts";
import { fail, ProblemError } from "../../../problem.ts";
import { type Expectation, fitting, fittingReply, writtenExpect } from "../expectations.ts";
import type { MigratedCase, MigratedSuite } from "../suite.ts";
import { fromTemplate, withExpressions } from "../template.ts";
import { readAssert, varExpression } from "./asserts.ts";
import { type Prompt, readPrompts } from "./prompts.ts";
import { fileNamed, parsePart, type Part, partAt, type ReadText, remarkOn } from "./source.ts";
import { combinations, mergedTest, readTests, testsOfScenarios, type WrittenTest } from "./tests.ts";

/** Keys of a suite and of a test that are read, or that can be ignored. */
const read = new Set([
  "$schema",
  "description",
  "prompts",
  "providers",
  "targets",
  "tests",
  "defaultTest",
  "scenarios",
]);
const readOfTest = new Set(["description", "vars", "assert", "options", "prompts"]);

/**
 * Reads a promptfoo suite; `readText` returns the files beside it. Throws a ProblemError for a file that is invalid or not a suite.
 */
export function readPromptfoo(file: string, text: string, readText: ReadText): MigratedSuite {
  if (/\.(?:[cm]?[jt]s|py)$/.test(file)) return noSuite(file, "is code");
  const { part, problems } = parsePart(file, text);
  if (problems.length > 0) throw new ProblemError(problems);
  const { value: config } = part;
  if (!isObject(config) || !("prompts" in config)) {
    return noSuite(file, "has no prompts");
  }
  const suite: MigratedSuite = { cases: [], missing: [], changed: [] };
  for (const key of Object.keys(config))
    if (!read.has(key))
      suite.missing.push(
        remarkOn(partAt(part, null, [key]), key, "it concerns promptfoo itself, or Playbill has no equivalent"),
      );
  const answering = config["providers"] ?? config["targets"];
  if (answering !== undefined) {
    const key = "providers" in config ? "providers" : "targets";
    suite.changed.push(remarkOn(partAt(part, null, [key]), key, "the assistant answers, with its own model"));
  }
  const prompts = readPrompts(partAt(part, config["prompts"], ["prompts"]), readText, suite);
  const base = defaultTest(partAt(part, config["defaultTest"], ["defaultTest"]), suite);
  const tests = [
    ...readTests(partAt(part, config["tests"], ["tests"]), readText, suite),
    ...testsOfScenarios(partAt(part, config["scenarios"], ["scenarios"]), readText, suite),
  ];
  const isBare = config["tests"] === undefined && config["scenarios"] === undefined;
  const title = someTextOrNull(config["description"]) ?? "promptfoo";
  for (const test of isBare ? [{ ...part, value: {} }] : tests)
    addTest({ ...test, value: mergedTest(base, test.value) }, prompts, { title, readText, suite });
  return suite;
}

function noSuite(file: string, why: string): never {
  return fail("bad_suite", `${file} is not a readable promptfoo suite: it ${why}`, {
    hint: "Convert a suite that is code (promptfooconfig.js or .ts) to YAML or JSON first.",
  });
}

function defaultTest(part: Part, suite: MigratedSuite): Record<string, unknown> {
  if (typeof part.value === "string")
    suite.missing.push(
      remarkOn(part, "defaultTest", `${part.value} is a separate file: write its content into the suite`),
    );
  return asObject(part.value);
}

interface AddContext {
  title: string;
  readText: ReadText;
  suite: MigratedSuite;
}

function addTest(test: WrittenTest, prompts: readonly Prompt[], context: AddContext): void {
  const { suite, title } = context;
  const { value } = test;
  for (const key of Object.keys(value))
    if (!readOfTest.has(key)) suite.missing.push(remarkOn(test, key, "Playbill has no equivalent"));
  const name = someTextOrNull(value["description"]);
  const expectations = expectationsOf(test, suite);
  const vars = varsOf(test, context);
  if (vars === null) return;
  const all = combinations(vars);
  if (all === null) {
    suite.missing.push(remarkOn(test, "test", "its lists have more than 1,000 combinations"));
    return;
  }
  const wanted = Array.isArray(value["prompts"]) ? new Set(value["prompts"].map(String)) : null;
  for (const prompt of prompts) {
    if (wanted !== null && !wanted.has(prompt.label)) continue;
    for (const each of all) {
      const made = caseOf(prompt, each, expectations, name ?? title);
      if (typeof made === "string") suite.missing.push(remarkOn(test, name === null ? "test" : `test ${name}`, made));
      else suite.cases.push({ ...made, name: name ?? title });
    }
  }
}

/** The values of a test's variables; `null` when one of them is not available. */
function varsOf(test: WrittenTest, { readText, suite }: AddContext): Record<string, unknown> | null {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(asObject(test.value["vars"]))) {
    if (typeof value !== "string" || !value.startsWith("file://")) {
      found[name] = value;
      continue;
    }
    const named = fileNamed(value);
    const isText = "path" in named && /\.(?:txt|md)$/.test(named.path);
    const given = "path" in named ? (isText ? readText(named.path) : { why: "only .txt and .md are read" }) : named;
    if ("why" in given) {
      suite.missing.push(remarkOn(test, `test with the variable ${name}`, `${value}: ${given.why}`));
      return null;
    }
    found[name] = given.text.trim();
  }
  return found;
}

function caseOf(
  prompt: Prompt,
  vars: Record<string, unknown>,
  expectations: readonly Expectation[],
  stem: string,
): MigratedCase | string {
  if (Object.values(vars).some((value) => typeof value === "string" && /\{[{%]/.test(value)))
    return "one of its variables contains placeholders";
  const texts = [...prompt.opening.map(({ text }) => text), prompt.user].map((text) =>
    fromTemplate(text, varExpression),
  );
  const expect = writtenExpect(expectations);
  const opening = prompt.opening.map(({ role }, index) => ({ role, text: texts[index] ?? "" }));
  const user = texts.at(-1) ?? "";
  const unknown = namesIn([user, opening, expect]).find((name) => !Object.hasOwn(vars, name));
  if (unknown !== undefined) return `it does not define the variable ${unknown}`;
  return { name: null, stem, vars, opening, user, expect, say: fittingReply(expectations) };
}

/** The variables that expressions in texts read. */
function namesIn(value: unknown): string[] {
  const found: string[] = [];
  withExpressions(value, (expression) => {
    const names = expression.matchAll(/\bvars(?:\.([A-Za-z_]\w*)|\["([^"]+)"\])/g);
    for (const [, plain, quoted] of names) found.push(plain ?? quoted ?? "");
    return expression;
  });
  return found;
}

function expectationsOf(test: WrittenTest, suite: MigratedSuite): Expectation[] {
  const options = asObject(test.value["options"]);
  const isTransformed = options["transform"] !== undefined || options["postprocess"] !== undefined;
  const ignored = Object.keys(options).filter((key) => key !== "transform" && key !== "postprocess");
  if (ignored.length > 0)
    suite.missing.push(remarkOn(test, `options ${ignored.join(", ")}`, "Playbill has no equivalent"));
  const found = asList(test.value["assert"]).flatMap((each) => {
    const written = asObject(each);
    const what = `assert ${asText(written["type"]) || "without a type"}`;
    const read = isTransformed
      ? { kind: "cannot" as const, why: "it looks at a transformed reply" }
      : readAssert(written);
    if (read.kind === "cannot") {
      suite.missing.push(remarkOn(test, what, read.why));
      return [];
    }
    suite.changed.push(...read.changed.map((why) => remarkOn(test, what, why)));
    return read.expectations.map((expectation) => ({ expectation, what }));
  });
  const { kept, others } = fitting(found);
  suite.missing.push(
    ...others.map(({ what }) => remarkOn(test, what, "a turn can have only one expectation of this kind")),
  );
  return kept.map(({ expectation }) => expectation);
}
