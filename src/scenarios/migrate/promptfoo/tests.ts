import { posix } from "node:path";
import { asList, asObject, isObject, parseJson, someTextOrNull } from "../../../kit/json.ts";
import { parseCsv } from "../../read/csv.ts";
import type { MigratedSuite } from "../suite.ts";
import { assertOfCell } from "./expected-cell.ts";
import { fileNamed, parsePart, type Part, partAt, type ReadText, remarkOn } from "./source.ts";

/** A test as it is written, and where. */
export interface WrittenTest extends Part {
  value: Record<string, unknown>;
}

/** Reads `tests`: a list, or files of tests. What cannot be read is told of. */
export function readTests(part: Part, readText: ReadText, suite: MigratedSuite): WrittenTest[] {
  const { value } = part;
  if (typeof value === "string") return testsOfFile(value, part, readText, suite);
  if (!Array.isArray(value)) {
    if (value !== undefined && value !== null) suite.missing.push(remarkOn(part, "tests", "they are made by code"));
    return [];
  }
  return value.flatMap((each: unknown, index) => {
    const own = partAt(part, each, [index]);
    if (typeof each === "string") return testsOfFile(each, own, readText, suite);
    if (isObject(each) && !("path" in each)) return [{ ...own, value: each }];
    suite.missing.push(remarkOn(own, "test", "it is made by code"));
    return [];
  });
}

function testsOfFile(written: string, part: Part, readText: ReadText, suite: MigratedSuite): WrittenTest[] {
  const refuse = (why: string): [] => {
    suite.missing.push(remarkOn(part, "tests", `${written}: ${why}`));
    return [];
  };
  const named = fileNamed(written);
  if ("why" in named) return refuse(named.why);
  const extension = posix.extname(named.path);
  if (![".csv", ".json", ".jsonl", ".yaml", ".yml"].includes(extension))
    return refuse("it is code, or no kind of file that is read");
  const read = readText(named.path);
  if ("why" in read) return refuse(read.why);
  const shown = posix.join(posix.dirname(part.file), named.path);
  if (extension === ".csv") return testsOfCsv(shown, read.text, suite);
  if (extension === ".jsonl") return testsOfLines(shown, read.text, suite);
  const { part: own, problems } = parsePart(shown, read.text);
  return problems.length > 0
    ? refuse(problems[0]?.message ?? "it cannot be read")
    : readTests(own, () => ({ why: "it is named by another file" }), suite);
}

function testsOfLines(file: string, text: string, suite: MigratedSuite): WrittenTest[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const value = parseJson(line);
    const lineOf = () => index + 1;
    if (isObject(value)) return [{ value, file, lineOf }];
    suite.missing.push({ file, line: index + 1, what: "test", why: "the line is not a JSON object" });
    return [];
  });
}

/** Columns are variables; those that begin with two underscores say something else. */
function testsOfCsv(file: string, text: string, suite: MigratedSuite): WrittenTest[] {
  const { rows, fault } = parseCsv(text.replace(/^\uFEFF/, ""));
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  if (fault !== null)
    suite.missing.push({ file, line: lineAt(fault.start), what: "rows from here on", why: fault.message });
  const header = (rows[0] ?? []).map((cell) => cell.text.trim());
  const special = header.filter((name) => name.startsWith("__") && !/^__(?:expected\d*|description)$/.test(name));
  for (const name of special)
    suite.missing.push({ file, line: 1, what: `column ${name}`, why: "Playbill has nothing like it" });
  return rows.slice(1).map((row) => {
    const line = lineAt(row[0]?.start ?? 0);
    const cells = header.map((name, index) => [name, row[index]?.text ?? ""] as const);
    const vars: Record<string, unknown> = Object.fromEntries(cells.filter(([name]) => !name.startsWith("__")));
    const assert = cells.flatMap(([name, cell]) =>
      /^__expected\d*$/.test(name) ? [assertOfCell(cell)].filter((each) => each !== null) : [],
    );
    const description = cells.find(([name]) => name === "__description")?.[1];
    return {
      value: { vars, assert: assert.map((each) => byVariable(each, vars)), ...(description && { description }) },
      file,
      lineOf: () => line,
    };
  });
}

/** What a row compares with as a variable of the row, so that rows with the same kind of assertion are one scenario. */
function byVariable(assertion: Record<string, unknown>, vars: Record<string, unknown>): Record<string, unknown> {
  const { type, value } = assertion;
  if (
    typeof value !== "string" ||
    value.includes("{{") ||
    type === "regex" ||
    type === "javascript" ||
    type === "python"
  )
    return assertion;
  let name = "expected";
  for (let count = 2; name in vars; count += 1) name = `expected_${count}`;
  vars[name] = value;
  return { ...assertion, value: `{{${name}}}` };
}

/** The most tests that one test with lists stands for. */
const mostCombinations = 1_000;

/** The variables of a test with lists taken apart: one test for each combination of their elements, as promptfoo has it. `null` for too many. */
export function combinations(vars: Record<string, unknown>): Record<string, unknown>[] | null {
  let all: Record<string, unknown>[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const isList = Array.isArray(value) && value.every((each) => typeof each !== "object");
    const values: unknown[] = isList ? value : [value];
    if (all.length * values.length > mostCombinations) return null;
    all = all.flatMap((one) => values.map((each) => Object.assign({}, one, { [name]: each })));
  }
  return all;
}

/** Tests of `scenarios`: each of its configs with each of its tests. */
export function testsOfScenarios(part: Part, readText: ReadText, suite: MigratedSuite): WrittenTest[] {
  return asList(part.value).flatMap((each, index) => {
    const own = partAt(part, each, [index]);
    const scenario = asObject(each);
    if (!Array.isArray(scenario["config"])) {
      suite.missing.push(remarkOn(own, "scenario", "its config is not a list"));
      return [];
    }
    const tests = readTests(partAt(own, scenario["tests"], ["tests"]), readText, suite);
    return scenario["config"].flatMap((config: unknown) =>
      tests.map(({ value, file, lineOf }) => ({ value: mergedTest(asObject(config), value), file, lineOf })),
    );
  });
}

/** A test over what is there by default: its variables and options win, assertions are added. */
export function mergedTest(base: Record<string, unknown>, test: Record<string, unknown>): Record<string, unknown> {
  const description = someTextOrNull(test["description"]) ?? someTextOrNull(base["description"]);
  return {
    ...base,
    ...test,
    ...(description !== null && { description }),
    vars: { ...asObject(base["vars"]), ...asObject(test["vars"]) },
    options: { ...asObject(base["options"]), ...asObject(test["options"]) },
    assert: [...asList(base["assert"]), ...asList(test["assert"])],
  };
}
