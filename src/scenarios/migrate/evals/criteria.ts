import { asList, asObject, asText, numberOrNull, someTextOrNull } from "../../../kit/json.ts";
import type { Expectation } from "../expectations.ts";
import { asExpression, fromTemplate, onlyPlaceholder, variable } from "../template.ts";
import { messageText } from "./messages.ts";

/** The result of reading a grader; `cannot` is the reason why it is not migrated, `changed` lists differences. */
export type ReadCriterion =
  | { kind: "expectation"; expectation: Expectation; changed: string[] }
  | { kind: "cannot"; why: string };

/** The expression for a placeholder of an eval, in which `item.x` is a variable. */
export function itemExpression([space, ...path]: readonly (string | number)[]): string | null {
  return space === "item" && path.length > 0 ? variable(path) : null;
}

/** Reads a grader under `testing_criteria`. */
export function readCriterion(criterion: Record<string, unknown>): ReadCriterion {
  switch (criterion["type"]) {
    case "string_check":
      return stringCheck(criterion);
    case "text_similarity":
      return textSimilarity(criterion);
    case "label_model":
      return labelModel(criterion);
    case "score_model":
      return scoreModel(criterion);
    case "python":
      return cannot("its Python is not translated: write what it checks as an expectation, or as `module`");
    case "multi":
      return cannot("a formula over several graders has no counterpart: write an expectation for each");
    default:
      return cannot("this kind of grader is unknown");
  }
}

function cannot(why: string): ReadCriterion {
  return { kind: "cannot", why };
}

function expectation(found: Expectation, changed: string[] = []): ReadCriterion {
  return { kind: "expectation", expectation: found, changed };
}

const isOutput = (path: readonly (string | number)[] | null) => path?.join(".") === "sample.output_text";

function stringCheck(criterion: Record<string, unknown>): ReadCriterion {
  const [input, reference] = [asText(criterion["input"]), asText(criterion["reference"])];
  const operation = criterion["operation"];
  const isSymmetric = operation === "eq" || operation === "ne";
  const [subject, other] =
    isSymmetric && isOutput(onlyPlaceholder(reference)) ? [reference, input] : [input, reference];
  const path = onlyPlaceholder(subject);
  const text = fromTemplate(other, itemExpression);
  if (text === null) return cannot("it compares with more than the item");
  if (path?.[0] === "sample" && path[1] === "output_json" && operation === "eq") {
    const match = path.slice(2).reduceRight<unknown>((inner, key) => ({ [key]: inner }), text);
    return typeof match === "string"
      ? cannot("it compares the entire JSON with a text")
      : expectation({ kind: "json", match });
  }
  if (!isOutput(path)) return cannot("it does not look at {{ sample.output_text }}");
  switch (operation) {
    case "eq":
      return expectation({ kind: "equals", text });
    case "ne":
      return expectation({ kind: "check", expression: `reply.text != ${asExpression(text)}` });
    case "like":
      return expectation({ kind: "contains", texts: [text] });
    case "ilike":
      return expectation({ kind: "contains", texts: [{ text, ignore_case: true }] });
    default:
      return cannot(`the operation ${String(operation)} is unknown`);
  }
}

function textSimilarity(criterion: Record<string, unknown>): ReadCriterion {
  const metric = asText(criterion["evaluation_metric"]);
  const to = fromTemplate(asText(criterion["reference"]), itemExpression);
  const min = numberOrNull(criterion["pass_threshold"]);
  if (!isOutput(onlyPlaceholder(asText(criterion["input"]))) || to === null)
    return cannot("it does not compare the reply with the item");
  if (min === null || min <= 0 || min > 1) return cannot("it has no pass_threshold above 0, so it could never fail");
  if (metric === "cosine") {
    return expectation({ kind: "similar", to, min }, [
      "without `models: embeddings`, similarity is measured by letters",
    ]);
  }
  if (metric === "fuzzy_match")
    return expectation({ kind: "similar", to, min }, ["similarity is Playbill's own measure: check min"]);
  return cannot(`${metric} uses a different scale than \`similar\``);
}

function labelModel(criterion: Record<string, unknown>): ReadCriterion {
  const prompt = promptOf(criterion);
  const passing = asList(criterion["passing_labels"]).map(String);
  const labels = asList(criterion["labels"]).map(String);
  if (prompt === null) return cannot("its prompt refers to more than the item and the reply");
  if (passing.length === 0) return cannot("it has no passing_labels");
  const rubric = `${prompt}\n\nOf the labels ${labels.join(", ")}, the right one is ${passing.join(" or ")}.`;
  return expectation({ kind: "judge", rubric }, [judgeNote(criterion)]);
}

function scoreModel(criterion: Record<string, unknown>): ReadCriterion {
  const prompt = promptOf(criterion);
  const threshold = numberOrNull(criterion["pass_threshold"]);
  const [low = 0, high = 1] = asList(criterion["range"]).map(Number);
  if (prompt === null) return cannot("its prompt refers to more than the item and the reply");
  if (threshold === null) return cannot("it has no pass_threshold, so it could never fail");
  const rubric = `${prompt}\n\nOn a scale from ${low} to ${high}, the score is at least ${threshold}.`;
  return expectation({ kind: "judge", rubric }, [judgeNote(criterion)]);
}

function judgeNote(criterion: Record<string, unknown>): string {
  const model = someTextOrNull(criterion["model"]) ?? "its model";
  return `a judge answers pass or fail; it is the model \`judge\` under models: in playbill.yaml instead of ${model}`;
}

/** The messages of a model grader as a rubric: the judge sees the reply anyway. */
function promptOf(criterion: Record<string, unknown>): string | null {
  const texts = asList(criterion["input"]).map((each) => messageText(asObject(each)["content"]));
  if (texts.length === 0 || texts.includes(null)) return null;
  const parts = texts.map((text) =>
    fromTemplate(text ?? "", (path) => (isOutput(path) ? '"(what the assistant said)"' : itemExpression(path))),
  );
  return parts.includes(null) ? null : parts.join("\n\n").trim() || null;
}
