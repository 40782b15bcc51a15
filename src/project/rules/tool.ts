import type { Finding } from "../finding.ts";
import { functionNameOf } from "../resolve-tools.ts";
import type { WrittenTool } from "../schemas/tool.ts";
import type { Rule } from "./rule.ts";
import { isError, schemaFindings } from "./schema.ts";
import { isObject } from "../../kit/json.ts";

/** The file's name, which is the function's name when it has none of its own, is one that the API takes. */
export const functionNameFits: Rule<WrittenTool> = (tool) => {
  const name = functionNameOf(tool);
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(name)) return [];
  const hint = "Give it a name: of up to 64 letters, digits, hyphens and underscores.";
  return [{ path: [], at: "key", code: "bad_form", message: `a function cannot be called "${name}"`, hint }];
};

/** `parameters` is a JSON Schema of an object, and one for strict mode when the tool is strict. */
export const parametersAreSchema: Rule<WrittenTool> = ({ value }) => {
  const { parameters, strict } = value;
  if (parameters === undefined) return strict ? [noParameters] : [];
  const findings = schemaFindings(parameters, ["parameters"], { strict });
  if (strict || findings.some(isError) || (isObject(parameters) && parameters["type"] === "object")) return findings;
  return [
    ...findings,
    { path: ["parameters"], at: "key", code: "wrong_type", message: '"parameters" must have "type: object"' },
  ];
};

const noParameters: Finding = {
  path: ["strict"],
  at: "key",
  code: "strict_schema",
  message: 'strict mode: "parameters" is missing',
  hint: "For a function without arguments: parameters: { type: object, properties: {}, required: [], additionalProperties: false }.",
};

/** `returns` is a JSON Schema. */
export const returnsIsSchema: Rule<WrittenTool> = ({ value }) =>
  value.returns === undefined ? [] : schemaFindings(value.returns, ["returns"]);
