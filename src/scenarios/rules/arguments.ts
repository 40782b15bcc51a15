import type { JsonPath } from "../../kit/json.ts";
import { didYouMean } from "../../kit/words.ts";
import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import { functionNameOf } from "../../project/resolve-tools.ts";
import { unknownReference } from "../../project/rules/reference.ts";
import { typeOf } from "../../schema/schema.ts";
import { show, showPath } from "../matcher/json.ts";
import { isOperators } from "../matcher/operators.ts";
import { type Misfit, misfitsOf } from "./argument-fit.ts";

/** Arguments of a function as they are written: values, or patterns of them. */
export interface WrittenArguments {
  of: string;
  written: unknown;
}

const ofBuiltIns: Readonly<Record<string, unknown>> = {
  code_interpreter: { type: "object", properties: { input: { type: "string" } } },
  file_search: { type: "object", properties: { query: { type: "string" } } },
};

/** The findings for written arguments that no call of the function can have, according to its schema. */
export function argumentFindings({ of, written }: WrittenArguments, path: Path, { tools }: Draft): Finding[] {
  const tool = [...tools.values()].find((each) => functionNameOf(each) === of);
  const schema = tool?.value.parameters ?? (Object.hasOwn(ofBuiltIns, of) ? ofBuiltIns[of] : undefined);
  return misfitsOf(written, schema).map((misfit) => findingFor(misfit, of, path));
}

function findingFor(misfit: Misfit, of: string, base: Path): Finding {
  const path = [...base, ...misfit.path];
  const name = placeIn(misfit.path, of);
  switch (misfit.kind) {
    case "unknown_name": {
      const parent = misfit.path.slice(0, -1);
      const what = parent.length === 0 ? `argument of ${of}` : `key of ${placeIn(parent, of)}`;
      return unknownReference(what, misfit.name, misfit.known, path, "key");
    }
    case "wrong_type":
      return {
        path,
        code: "wrong_type",
        message: `${name} must be ${misfit.types.map(withArticle).join(" or ")}, but this is ${described(misfit.value)}`,
        ...quotesHint(misfit),
      };
    case "unknown_value": {
      const { value, values } = misfit;
      const texts = values.filter((each) => typeof each === "string");
      return {
        path,
        code: "unknown_value",
        message: `${name} cannot be ${show(value)}`,
        hint: `Allowed: ${values.map(show).join(", ")}.`,
        ...(typeof value === "string" && didYouMean(value, texts)),
      };
    }
  }
}

function placeIn(path: JsonPath, of: string): string {
  return path.length === 0 ? `the arguments of ${of}` : `"${showPath(path)}" of ${of}`;
}

function described(value: unknown): string {
  if (isOperators(value)) return show(value);
  return value === null ? "null" : `${withArticle(typeOf(value))}: ${show(value)}`;
}

/** The hint for a number or boolean that is meant as text, or the reverse. */
function quotesHint({ value, types }: Extract<Misfit, { kind: "wrong_type" }>): { hint?: string } {
  const isPlain = typeof value === "number" || typeof value === "boolean";
  if (isPlain && types.includes("string")) return { hint: `Quote it to make it text: "${String(value)}".` };
  const isQuoted = typeof value === "string" && /^(-?\d+(\.\d+)?|true|false)$/.test(value);
  const plain = value === "true" || value === "false" ? ["boolean"] : ["number", "integer"];
  return isQuoted && plain.some((type) => types.includes(type)) ? { hint: `Write it without quotes: ${value}.` } : {};
}

function withArticle(type: string): string {
  if (type === "null") return "null";
  if (type === "string") return "text";
  if (type === "array") return "a list";
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}
