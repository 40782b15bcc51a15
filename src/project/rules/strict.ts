import type { Finding } from "../finding.ts";
import type { Path } from "../project.ts";
import { subschemas } from "../../schema/subschemas.ts";
import type { Subschema } from "../../schema/subschemas.ts";
import { isObject } from "../../kit/json.ts";

const limits = { depth: 10, properties: 5000, enumValues: 1000 };

/** OpenAI, "Structured outputs", supported schemas: keywords that strict mode refuses. */
const unsupported = [
  "allOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentRequired",
  "dependentSchemas",
  "patternProperties",
  "propertyNames",
  "unevaluatedProperties",
  "minProperties",
  "maxProperties",
  "prefixItems",
  "unevaluatedItems",
  "contains",
  "minContains",
  "maxContains",
  "uniqueItems",
];

/** The parts of a valid JSON Schema at `path` that strict mode refuses. */
export function strictFindings(schema: unknown, path: Path): Finding[] {
  if (!isObject(schema) || schema["type"] !== "object")
    return [strict(path, 'the outermost schema must be "type: object"')];
  const all = subschemas(schema);
  return [
    ...(schema["anyOf"] === undefined ? [] : [strict([...path, "anyOf"], '"anyOf" is not allowed at the top level')]),
    ...all.flatMap((each) => [...keywordFindings(each, path), ...objectFindings(each, path)]),
    ...sizeFindings(all, path),
  ];
}

function keywordFindings({ schema, path: inside }: Subschema, path: Path): Finding[] {
  return unsupported
    .filter((keyword) => Object.hasOwn(schema, keyword))
    .map((keyword) => strict([...path, ...inside, keyword], `"${keyword}" is not supported`));
}

function objectFindings({ schema, path: inside }: Subschema, path: Path): Finding[] {
  const types = [schema["type"]].flat();
  if (!types.includes("object") && !isObject(schema["properties"])) return [];
  const here = [...path, ...inside];
  const required: unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const optional = Object.keys(isObject(schema["properties"]) ? schema["properties"] : {}).filter(
    (name) => !required.includes(name),
  );
  return [
    ...(schema["additionalProperties"] === false ? [] : [strict(here, '"additionalProperties: false" is missing')]),
    ...optional.map((name) =>
      strict(
        [...here, "properties", name],
        `"${name}" must be listed in "required"`,
        "List optional properties too, and allow null: type: [string, 'null'].",
      ),
    ),
  ];
}

function sizeFindings(all: Subschema[], path: Path): Finding[] {
  const count = (measure: (schema: Record<string, unknown>) => number) =>
    all.reduce((sum, { schema }) => sum + measure(schema), 0);
  const properties = count(({ properties: each }) => (isObject(each) ? Object.keys(each).length : 0));
  const values = count(({ enum: each }) => (Array.isArray(each) ? each.length : 0));
  const deepest = all.find(({ depth }) => depth > limits.depth);
  return [
    ...(deepest ? [strict([...path, ...deepest.path], `nested more than ${limits.depth} levels deep`)] : []),
    ...(properties > limits.properties ? [strict(path, `more than ${limits.properties} properties`)] : []),
    ...(values > limits.enumValues ? [strict(path, `more than ${limits.enumValues} enum values`)] : []),
  ];
}

function strict(path: Path, message: string, hint?: string): Finding {
  const finding: Finding = { path, at: "key", code: "strict_schema", message: `strict mode: ${message}` };
  return hint === undefined ? finding : { ...finding, hint };
}
