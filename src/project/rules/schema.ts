import { isObject } from "../../kit/json.ts";
import { isProblemCode, problemCodes } from "../../problem-codes.ts";
import { metaSchema } from "../../schema/meta-schema.ts";
import { patternFault } from "../../schema/pattern.ts";
import { schemaFaults } from "../../schema/json-schema.ts";
import { type Subschema, subschemas } from "../../schema/subschemas.ts";
import type { Draft } from "../draft.ts";
import { pathFrom } from "../draft.ts";
import type { Finding } from "../finding.ts";
import { parseJsonText } from "../json-text.ts";
import type { Declared, Path } from "../project.ts";
import { checkSchema } from "../schema-check.ts";
import { strictFindings } from "./strict.ts";

/** How a JSON Schema is used. */
export interface SchemaUse {
  /** True if the rules of strict mode apply. */
  strict?: boolean | undefined;
  /** True for an expectation, in which an unusable pattern would always pass. Other schemas are for the model. */
  isExpectation?: boolean;
}

/** The faults of a JSON Schema at `path`: keywords with wrong values, broken references, bad patterns. */
export function schemaFindings(schema: unknown, path: Path, { strict, isExpectation }: SchemaUse = {}): Finding[] {
  const shape = checkSchema(metaSchema, schema, path);
  if (shape.length > 0) return shape;
  const all = subschemas(schema);
  const findings = [
    ...all.flatMap(({ schema: each, path: inside }) =>
      patternFindings(each, [...path, ...inside], isExpectation === true),
    ),
    ...referenceFindings(all, schema, path),
  ];
  return strict && !findings.some(isError) ? [...findings, ...strictFindings(schema, path)] : findings;
}

/** The faults of the JSON Schema in the file referenced at `path`, located in that file. */
export function schemaFileFindings(
  declared: Declared<unknown>,
  { texts }: Pick<Draft, "texts">,
  path: Path,
  file: string,
  use: SchemaUse = {},
): Finding[] {
  const named = pathFrom(declared, file);
  const text = texts.get(named);
  if (text === undefined) return [];
  const { value, problems, place } = parseJsonText(named, text);
  if (value === undefined)
    return problems.flatMap(({ code, message, place: at }) =>
      at !== undefined && isProblemCode(code) ? { path, code, message, place: at } : [],
    );
  return schemaFindings(value, [], use).map((finding) =>
    Object.assign(finding, { place: place(finding.path, finding.at) }),
  );
}

/** True for a finding that is more than a warning. */
export function isError({ code, severity }: Finding): boolean {
  return (severity ?? problemCodes[code].severity) === "error";
}

/** Keywords that change the meaning of references; combinations are left to the schema engine. */
const renaming = ["$id", "$anchor", "$dynamicRef", "$dynamicAnchor"];

function referenceFindings(all: readonly Subschema[], root: unknown, path: Path): Finding[] {
  const hint = "Only references within the same schema are supported, for example #/$defs/NAME.";
  const text = JSON.stringify(root);
  if (renaming.some((keyword) => text.includes(`"${keyword}":`))) {
    const fault = schemaFaults(root);
    const message = `the schema cannot be read: ${fault}`;
    return fault === null ? [] : [{ path, at: "key", code: "unknown_reference", message, hint }];
  }
  return all.flatMap(({ schema: { $ref: reference }, path: inside }) =>
    typeof reference !== "string" || leads(reference, root)
      ? []
      : [
          {
            path: [...path, ...inside, "$ref"],
            code: "unknown_reference" as const,
            message: `"${reference}" refers to nothing`,
            hint,
          },
        ],
  );
}

function leads(reference: string, root: unknown): boolean {
  if (reference === "#" || reference === "") return true;
  if (!reference.startsWith("#/")) return false;
  const steps = reference.slice(2).split("/");
  const found = steps.reduce<unknown>((value, step) => {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) return value[Number(key)] as unknown;
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
  return isObject(found) || typeof found === "boolean";
}

/** The decoded text, or the text itself when it has an invalid `%` sequence. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function patternFindings(
  { pattern, patternProperties }: Record<string, unknown>,
  path: Path,
  isExpectation: boolean,
): Finding[] {
  const inKeys = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  return [
    ...(typeof pattern === "string" ? [{ source: pattern, place: [...path, "pattern"], isKey: false }] : []),
    ...inKeys.map((source) => ({ source, place: [...path, "patternProperties", source], isKey: true })),
  ].flatMap(({ source, place, isKey }): Finding[] => {
    const fault = patternFault(source);
    if (fault === null) return [];
    const { message, hint, start, end } = fault;
    const at = isKey ? ("key" as const) : { text: source, start, end };
    if (isExpectation || !fault.isUnsupported)
      return [{ path: place, at, code: "bad_regex", message, ...(hint !== undefined && { hint }) }];
    return [{ path: place, at, code: "unchecked_pattern", message: `this pattern is not checked: ${message}` }];
  });
}
