import type { Finding } from "../finding.ts";
import { functionNameOf } from "../resolve-tools.ts";
import type { WrittenTool } from "../schemas/tool.ts";
import type { Rule } from "./rule.ts";
import { isError, schemaFindings } from "./schema.ts";
import { isObject } from "../../kit/json.ts";

/** The file's name, the default name of the function, must be valid for the API. */
export const functionNameFits: Rule<WrittenTool> = (tool) => {
  const name = functionNameOf(tool);
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(name)) return [];
  const hint = "Add name: with up to 64 letters, digits, hyphens and underscores.";
  return [{ path: [], at: "key", code: "bad_form", message: `"${name}" is not a valid function name`, hint }];
};

/** `parameters` must be a JSON Schema of an object, valid for strict mode if the tool is strict. */
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

/** `returns` must be a JSON Schema. */
export const returnsIsSchema: Rule<WrittenTool> = ({ value }) =>
  value.returns === undefined ? [] : schemaFindings(value.returns, ["returns"]);
