import type { Finding } from "../finding.ts";
import { metaSchema } from "../../schema/meta-schema.ts";
import type { Path } from "../project.ts";
import { regexFault } from "../regex.ts";
import { checkSchema } from "../schema-check.ts";
import { subschemas } from "../../schema/subschemas.ts";
import { isObject } from "../../kit/json.ts";

/** What is wrong with a JSON Schema that stands at `path`: keywords with wrong values, references that lead nowhere, bad patterns. */
export function schemaFindings(schema: unknown, path: Path): Finding[] {
  const shape = checkSchema(metaSchema, schema, path);
  if (shape.length > 0) return shape;
  return subschemas(schema).flatMap(({ schema: each, path: inside }) => {
    const here = [...path, ...inside];
    return referenceFindings(each, schema, here).concat(patternFindings(each, here));
  });
}

function referenceFindings({ $ref: reference }: Record<string, unknown>, root: unknown, path: Path): Finding[] {
  if (typeof reference !== "string" || leads(reference, root)) return [];
  const hint = "Only references into the same schema are followed, such as #/$defs/NAME.";
  return [{ path: [...path, "$ref"], code: "unknown_reference", message: `"${reference}" leads nowhere`, hint }];
}

function leads(reference: string, root: unknown): boolean {
  if (reference === "#") return true;
  if (!reference.startsWith("#/")) return false;
  const steps = reference.slice(2).split("/");
  const found = steps.reduce<unknown>((value, step) => {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) return value[Number(key)] as unknown;
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
  return found !== undefined;
}

function patternFindings({ pattern, patternProperties }: Record<string, unknown>, path: Path): Finding[] {
  const inKeys = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  return [
    ...(typeof pattern === "string" ? [{ pattern, path: [...path, "pattern"], at: "value" as const }] : []),
    ...inKeys.map((each) => ({ pattern: each, path: [...path, "patternProperties", each], at: "key" as const })),
  ].flatMap(({ pattern: each, path: place, at }) => {
    const fault = regexFault(each);
    return fault === null ? [] : [{ path: place, at, code: "bad_regex", message: fault }];
  });
}
