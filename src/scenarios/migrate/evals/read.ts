import { asList, asObject, asText, isObject, objectsOf, someTextOrNull } from "../../../kit/json.ts";
import { fail } from "../../../problem.ts";
import { withoutExpressions } from "../../../project/write/escape.ts";
import { type Expectation, fitting, fittingReply, writtenExpect } from "../expectations.ts";
import type { MigratedCase, MigratedMessage, MigratedSuite, Remark } from "../suite.ts";
import { fromTemplate, variable } from "../template.ts";
import { itemExpression, readCriterion } from "./criteria.ts";
import { type EvalDocuments, evalDocuments, type Found, itemsOfRun } from "./documents.ts";
import { readMessages } from "./messages.ts";

/** The usual keys of the user's message in an item, used when no run defines it. */
const usualInputs = ["input", "question", "query", "prompt", "message", "user_input", "text"];

/** Reads the files of evals: definitions, runs and rows of data. Throws a ProblemError when there is no definition in them. */
export function readEvals(files: readonly { file: string; text: string }[]): MigratedSuite {
  const documents = evalDocuments(files);
  const { evals, missing } = documents;
  if (evals.length === 0) {
    return fail("bad_suite", `${files.map(({ file }) => file).join(", ")} has no eval`, {
      hint: "An eval is an object with testing_criteria, as GET /v1/evals/ID answered it or POST /v1/evals took it.",
    });
  }
  const suite: MigratedSuite = { cases: [], missing: [...missing], changed: [] };
  for (const each of evals) readEval(each, documents, suite);
  return suite;
}

function readEval(found: Found, documents: EvalDocuments, suite: MigratedSuite): void {
  const { value, file, lineOf } = found;
  const name = someTextOrNull(value["name"]) ?? someTextOrNull(value["id"]) ?? "eval";
  const isOnly = documents.evals.length === 1;
  const runs = documents.runs.filter(
    (run) => run.value["eval_id"] === value["id"] || (isOnly && run.value["eval_id"] === undefined) || isOnly,
  );
  const items = [...runs.flatMap(itemsOfRun), ...(isOnly ? documents.items : [])];
  const remark = (list: Remark[], what: string, why: string, line: number) => list.push({ file, line, what, why });
  for (const run of runs) remarkRun(run, documents.items.length > 0, suite);
  if (!isOnly && documents.items.length > 0)
    remark(
      suite.missing,
      "rows of data",
      "it is unknown which eval they belong to: migrate one eval at a time",
      lineOf([]),
    );
  if (items.length === 0) {
    remark(suite.missing, `eval ${name}`, "there are no items: also pass the JSONL file with its data", lineOf([]));
    return;
  }
  const say = saying(found, runs, items, suite);
  if (say === null) return;
  const expectations = criteriaOf(found, suite);
  const unique = uniqueItems(items);
  if (items.some((item) => isObject(item.value["sample"])))
    remark(suite.changed, "sample", "stored outputs of earlier runs are left out", lineOf([]));
  for (const item of unique) {
    const vars = asObject(item.value["item"]);
    const messages = say(vars);
    if (typeof messages === "string") {
      suite.missing.push({ file: item.file, line: item.lineOf(["item"]), what: "item", why: messages });
      continue;
    }
    suite.cases.push(caseOf(name, vars, messages, expectations));
  }
}

function caseOf(
  name: string,
  vars: Record<string, unknown>,
  { opening, user }: Said,
  expectations: readonly Expectation[],
): MigratedCase {
  return {
    name,
    stem: name,
    vars,
    opening,
    user,
    expect: writtenExpect(expectations),
    say: fittingReply(expectations),
  };
}

/** Runs repeat the items of the runs before them. */
function uniqueItems(items: readonly Found[]): Found[] {
  return [...new Map(items.map((item) => [JSON.stringify(item.value["item"]), item])).values()];
}

function criteriaOf({ value, file, lineOf }: Found, suite: MigratedSuite): Expectation[] {
  const read = objectsOf(value["testing_criteria"]).flatMap((criterion, index) => {
    const line = lineOf(["testing_criteria", index]);
    const what = [asText(criterion["type"]) || "grader", asText(criterion["name"])]
      .filter((part) => part !== "")
      .join(" ");
    const found = readCriterion(criterion);
    if (found.kind === "cannot") {
      suite.missing.push({ file, line, what, why: found.why });
      return [];
    }
    suite.changed.push(...found.changed.map((why) => ({ file, line, what, why })));
    return [{ expectation: found.expectation, line, what }];
  });
  const { kept, others } = fitting(read);
  suite.missing.push(
    ...others.map(({ line, what }) => ({ file, line, what, why: "a turn can have only one expectation of this kind" })),
  );
  return kept.map(({ expectation }) => expectation);
}

interface Said {
  opening: readonly MigratedMessage[];
  user: string;
}

/** The function that makes the messages of an item; `null` when unknown. */
function saying(
  found: Found,
  runs: readonly Found[],
  items: readonly Found[],
  suite: MigratedSuite,
): ((item: Record<string, unknown>) => Said | string) | null {
  const run = runs.findLast(({ value }) => isObject(asObject(value["data_source"])["input_messages"]));
  if (run === undefined) return guessed(found, items, suite);
  const input = asObject(asObject(run.value["data_source"])["input_messages"]);
  const path = ["data_source", "input_messages"];
  const remark = (list: Remark[], why: string) =>
    list.push({ file: run.file, line: run.lineOf(path), what: "input_messages", why });
  const instructions = "the system message belongs in the instructions of the assistant";
  if (input["type"] === "item_reference") {
    const reference = asText(input["item_reference"]).split(".");
    return (item) => {
      const list = reference.slice(1).reduce<unknown>((part, key) => asObject(part)[key], item);
      const read = readMessages(asList(list));
      return typeof read === "string" ? read : literal(read);
    };
  }
  const read = readMessages(asList(input["template"]));
  if (typeof read === "string") return (remark(suite.missing, read), null);
  if (read.hasInstructions) remark(suite.missing, instructions);
  const texts = [...read.opening, { role: "user" as const, text: read.user }].map(({ role, text }) => ({
    role,
    text: fromTemplate(text, itemExpression),
  }));
  const last = texts.at(-1)?.text ?? null;
  if (last === null || texts.some(({ text }) => text === null)) {
    return (remark(suite.missing, "a message contains more than plain {{ item.NAME }}"), null);
  }
  const opening = texts.slice(0, -1).map(({ role, text }) => ({ role, text: text ?? "" }));
  return () => ({ opening, user: last });
}

function literal({ opening, user }: Said): Said {
  return {
    opening: opening.map(({ role, text }) => ({ role, text: withoutExpressions(text) })),
    user: withoutExpressions(user),
  };
}

function guessed({ file, lineOf }: Found, items: readonly Found[], suite: MigratedSuite): (() => Said) | null {
  const keys = new Set(items.flatMap(({ value }) => Object.keys(asObject(value["item"]))));
  const key = usualInputs.find((each) => keys.has(each));
  const what = "what the user says";
  if (key === undefined) {
    suite.missing.push({ file, line: lineOf([]), what, why: "no run has input_messages: also pass the run as JSON" });
    return null;
  }
  suite.changed.push({ file, line: lineOf([]), what, why: `no run has input_messages, so it is item.${key}` });
  return () => ({ opening: [], user: `\${{ ${variable([key])} }}` });
}

/** Adds remarks about the parts of a run besides its messages and rows. */
function remarkRun({ value, file, lineOf }: Found, hasRows: boolean, suite: MigratedSuite): void {
  const source = asObject(value["data_source"]);
  const kind = asText(asObject(source["source"])["type"]);
  const line = lineOf(["data_source"]);
  if (kind === "file_id" && !hasRows)
    suite.changed.push({
      file,
      line,
      what: "data_source",
      why: `its rows are in ${asText(asObject(source["source"])["id"])}: also pass that file`,
    });
  if (kind !== "" && kind !== "file_id" && kind !== "file_content")
    suite.missing.push({ file, line, what: "data_source", why: `rows of ${kind} are not in the file` });
  if (source["sampling_params"] !== undefined || source["model"] !== undefined)
    suite.changed.push({ file, line, what: "model and sampling_params", why: "they are those of the assistant" });
}
