import { asList, asText, isObject, numberOrNull } from "../../../kit/json.ts";
import type { Expectation, Looked } from "../expectations.ts";
import { asExpression, fromTemplate, variable } from "../template.ts";

/** The result of reading an assertion; `cannot` is the reason why it is not migrated, `changed` lists differences. */
export type ReadAssert =
  | { kind: "expectations"; expectations: Expectation[]; changed: string[] }
  | { kind: "cannot"; why: string };

/** The assertions that run code or need something that Playbill does not have, with what to do instead. */
const others: ReadonlyMap<string, string> = new Map(
  Object.entries({
    javascript: "its JavaScript is not translated: write what it checks as an expectation, as `check`, or as `module`",
    python: "its Python is not translated: write what it checks as an expectation, or as `module`",
    ruby: "its Ruby is not translated: write what it checks as an expectation, or as `module`",
    webhook: "an endpoint that judges has no counterpart: call it from a `module`",
    "is-valid-openai-tools-call": "every call is checked against the schema of its tool anyway",
    "is-valid-openai-function-call": "every call is checked against the schema of its tool anyway",
    "is-valid-function-call": "every call is checked against the schema of its tool anyway",
    "tool-call-f1": "write the calls under `tools`",
  }),
);

/** Model graders whose value is what must be true of the reply. */
const rubrics: ReadonlyMap<string, (value: string) => string> = new Map(
  Object.entries({
    "llm-rubric": (value: string) => value,
    "model-graded-closedqa": (value: string) => value,
    "g-eval": (value: string) => value,
    factuality: (value: string) => `The reply agrees with this, and contradicts nothing of it:\n\n${value}`,
    "model-graded-factuality": (value: string) =>
      `The reply agrees with this, and contradicts nothing of it:\n\n${value}`,
  }),
);

const nothing = (why: string): ReadAssert => ({ kind: "cannot", why });
const found = (expectation: Expectation, ...changed: string[]): ReadAssert => ({
  kind: "expectations",
  expectations: [expectation],
  changed,
});

/** The expression for a placeholder of a test, which can only be a variable. */
export function varExpression(path: readonly (string | number)[]): string | null {
  return path[0] === "env" || path[0] === "_conversation" || path.length === 0 ? null : variable(path);
}

/** Reads one assertion; `not-` before a type negates it. */
export function readAssert(written: Record<string, unknown>): ReadAssert {
  const type = asText(written["type"]);
  const { value } = written;
  if (written["transform"] !== undefined) return nothing("it looks at a transformed reply");
  if (typeof value === "string" && value.startsWith("file://")) return nothing(`its value is in the file ${value}`);
  const changed = remarksOn(written);
  const read = type.startsWith("not-") ? negated(type.slice(4), value) : positive(type, value, written);
  return read.kind === "cannot" ? read : { ...read, changed: [...read.changed, ...changed] };
}

/** Remarks about the other keys of an assertion. */
function remarksOn({ weight, metric, provider, rubricPrompt, type, threshold }: Record<string, unknown>): string[] {
  return [
    ...(weight !== undefined && weight !== 1 ? ["its weight is dropped: every expectation must hold"] : []),
    ...(metric !== undefined ? [`its metric (${JSON.stringify(metric)}) is dropped`] : []),
    ...(provider !== undefined || rubricPrompt !== undefined
      ? ["its provider and prompt are dropped: judges are configured under models: in playbill.yaml"]
      : []),
    ...(rubrics.has(asText(type)) && threshold !== undefined
      ? ["its threshold is dropped: a judge answers pass or fail"]
      : []),
  ];
}

function positive(type: string, value: unknown, written: Record<string, unknown>): ReadAssert {
  const texts = textsOf(value);
  const ignore = type.startsWith("i") && type !== "is-json" && !type.startsWith("is-");
  switch (type) {
    case "equals":
      return equals(value);
    case "contains":
    case "icontains":
    case "contains-all":
    case "icontains-all":
      return texts === null ? notPlain() : found({ kind: "contains", texts: looked(texts, ignore) });
    case "contains-any":
    case "icontains-any":
      return texts === null ? notPlain() : found({ kind: "any_of", texts: looked(texts, ignore) });
    case "starts-with":
      return texts === null
        ? notPlain()
        : found({ kind: "check", expression: `reply.text.startsWith(${asExpression(texts[0] ?? "")})` });
    case "regex":
      return typeof value === "string" && texts !== null
        ? found({ kind: "matches", pattern: texts[0] ?? "" })
        : notPlain();
    case "is-json":
    case "contains-json":
      return json(value, type === "is-json");
    case "similar":
      return texts?.length === 1
        ? similar(texts[0] ?? "", written["threshold"])
        : nothing("it has several texts, of which one must be similar to the reply");
    case "latency":
      return limit(written["threshold"], (most) => ({ kind: "time", most: Math.round(most) }));
    case "cost":
      return limit(written["threshold"], (most) => ({ kind: "cost", most }));
    case "word-count":
      return words(value);
    case "assert-set":
      return assertSet(written);
    default:
      return rubric(type, texts);
  }
}

function rubric(type: string, texts: readonly string[] | null): ReadAssert {
  const toRubric = rubrics.get(type);
  if (toRubric === undefined) return nothing(others.get(type) ?? "Playbill has no such expectation");
  const text = texts?.join("\n\n") ?? "";
  return text.trim() === "" ? notPlain() : found({ kind: "judge", rubric: toRubric(text) });
}

function negated(type: string, value: unknown): ReadAssert {
  const texts = textsOf(value);
  const [first = ""] = texts ?? [];
  if (texts === null) return notPlain();
  switch (type) {
    case "equals":
      return found({ kind: "check", expression: `reply.text != ${asExpression(first)}` });
    case "contains":
    case "contains-any":
    case "icontains":
    case "icontains-any":
      return found({ kind: "not_contains", texts: looked(texts, type.startsWith("i")) });
    case "starts-with":
      return found({ kind: "check", expression: `!reply.text.startsWith(${asExpression(first)})` });
    case "regex":
      return found({ kind: "check", expression: `!reply.text.matches(${asExpression(first)})` });
    case "llm-rubric":
      return found({ kind: "judge", rubric: `This is not true of the reply: ${first}` });
    default:
      return nothing(others.get(type) ?? "Playbill has no such expectation");
  }
}

function equals(value: unknown): ReadAssert {
  const texts = textsOf(value);
  if (isObject(value) || Array.isArray(value)) return found({ kind: "json", schema: { const: value } });
  return texts === null ? notPlain() : found({ kind: "equals", text: texts[0] ?? "" });
}

function json(value: unknown, isWhole: boolean): ReadAssert {
  if (value !== undefined && !isObject(value)) return nothing("its schema is not in the file");
  const changed = isWhole ? ["JSON in a fenced block of the reply is also accepted"] : [];
  return found({ kind: "json", schema: value ?? {} }, ...changed);
}

function similar(to: string, threshold: unknown): ReadAssert {
  const min = numberOrNull(threshold) ?? 0.75;
  if (min <= 0 || min > 1) return nothing("its threshold is not between 0 and 1");
  return found({ kind: "similar", to, min }, "without `models: embeddings`, similarity is measured by letters");
}

function limit(threshold: unknown, toExpectation: (most: number) => Expectation): ReadAssert {
  const most = numberOrNull(threshold);
  return most === null || most <= 0 ? nothing("it has no threshold") : found(toExpectation(most));
}

function words(value: unknown): ReadAssert {
  if (typeof value === "number") return found({ kind: "words", matcher: value });
  if (!isObject(value)) return notPlain();
  const matcher = {
    ...(typeof value["min"] === "number" && { $gte: value["min"] }),
    ...(typeof value["max"] === "number" && { $lte: value["max"] }),
  };
  return Object.keys(matcher).length === 0 ? notPlain() : found({ kind: "words", matcher });
}

/** Reads a set of assertions. A set of which all must hold is the same as its members. */
function assertSet({ assert, threshold }: Record<string, unknown>): ReadAssert {
  if (threshold !== undefined && threshold !== 1) return nothing("it requires only some of its assertions");
  const all = asList(assert).filter(isObject).map(readAssert);
  const wrong = all.find((each) => each.kind === "cannot");
  if (wrong !== undefined) return wrong;
  const read = all.flatMap((each) => (each.kind === "expectations" ? [each] : []));
  return {
    kind: "expectations",
    expectations: read.flatMap(({ expectations }) => expectations),
    changed: read.flatMap(({ changed }) => changed),
  };
}

function notPlain(): ReadAssert {
  return nothing("its value is not a text with plain {{ names }}");
}

/** The texts of a value, with expressions; `null` when one of them contains more than plain placeholders. */
function textsOf(value: unknown): string[] | null {
  const list = Array.isArray(value) ? value : [value];
  const texts = list.map((each) =>
    typeof each === "string" || typeof each === "number" || typeof each === "boolean"
      ? fromTemplate(String(each), varExpression)
      : null,
  );
  return texts.length === 0 || texts.includes(null) ? null : texts.flatMap((each) => each ?? []);
}

function looked(texts: readonly string[], ignoresCase: boolean): Looked[] {
  return texts.map((text) => (ignoresCase ? { text, ignore_case: true } : text));
}
