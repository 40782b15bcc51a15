import type { ErrorObject } from "ajv";
import { ApiFailure } from "../errors.ts";
import { describeExpected, describeGot, isOfType, listed, type JsonSchema } from "./words.ts";

/** The failure that the API would answer for what ajv found; `errors` are of one value, the outermost last. */
export function explain(errors: readonly ErrorObject[]): ApiFailure {
  const error = errors.at(-1);
  if (!error) throw new Error("nothing to explain");
  if (error.keyword === "anyOf") return explainUnion(error, errors);
  if (error.keyword === "propertyNames") return explainName(error, errors);
  const explained = byKeyword[error.keyword];
  if (!explained) throw new Error(`a schema uses ${error.keyword}, which has no words`);
  return explained(error);
}

/** Says what is wrong within the branch that the value was meant for, or that it fits none. */
function explainUnion(error: ErrorObject, errors: readonly ErrorObject[]): ApiFailure {
  const value: unknown = error.data;
  const branches = error.schema as JsonSchema[];
  const ofType = branches.filter((branch) => isOfType(branch, value));
  const tagged = ofType.filter((branch) => branch.properties?.["type"]?.const !== undefined);
  if (tagged.length > 1) {
    const path = `${pathOf(error)}.type`;
    const tags = tagged.map((branch) => branch.properties?.["type"]?.const);
    const tag = (value as Record<string, unknown>)["type"];
    if (tag === undefined) return missing(path);
    if (typeof tag !== "string") return wrongType(path, { enum: tags }, tag);
    if (!tags.includes(tag)) return unsupported(path, tag, tags);
    return explainBranch(error, errors, branches.indexOf(tagged[tags.indexOf(tag)] as JsonSchema));
  }
  const [only] = ofType;
  return only
    ? explainBranch(error, errors, branches.indexOf(only))
    : wrongType(pathOf(error), error.parentSchema as JsonSchema, value);
}

function explainBranch(error: ErrorObject, errors: readonly ErrorObject[], index: number): ApiFailure {
  return explain(errors.filter(({ schemaPath }) => schemaPath.startsWith(`${error.schemaPath}/${index}/`)));
}

function explainName(error: ErrorObject, errors: readonly ErrorObject[]): ApiFailure {
  const name = String(error.params["propertyName"]);
  const limit: unknown = errors.find(({ keyword }) => keyword === "maxLength")?.params["limit"];
  const shown = name.length > 9 ? `${name.slice(0, 3)}...${name.slice(-3)}` : name;
  return invalid(
    `Invalid property name in '${pathOf(error)}': '${shown}' is too long. Expected a string with maximum length ${String(limit)}, but got a string with length ${name.length} instead.`,
    `${pathOf(error)}.${name}`,
    "property_name_above_max_length",
  );
}

const byKeyword: Record<string, (error: ErrorObject) => ApiFailure> = {
  required: (error) => missing(join(pathOf(error), String(error.params["missingProperty"]))),
  additionalProperties: (error) => {
    const path = join(pathOf(error), String(error.params["additionalProperty"]));
    return invalid(`Unknown parameter: '${path}'.`, path, "unknown_parameter");
  },
  type: (error) => wrongType(pathOf(error), error.parentSchema as JsonSchema, error.data),
  enum: (error) => notListed(error, error.schema as unknown[]),
  const: (error) => notListed(error, [error.schema]),
  pattern: (error) =>
    invalid(
      `Invalid '${pathOf(error)}': string does not match pattern. Expected a string that matches the pattern '${String(error.schema)}'.`,
      pathOf(error),
      "invalid_value",
    ),
  minimum: (error) => outside(error, "below minimum value", ">=", "below_min_value"),
  maximum: (error) => outside(error, "above maximum value", "<=", "above_max_value"),
  minLength: (error) =>
    invalid(
      `Invalid '${pathOf(error)}': empty string. Expected a string with minimum length ${String(error.schema)}, but got an empty string instead.`,
      pathOf(error),
      "empty_string",
    ),
  maxLength: (error) => tooLong(error, "string", "a string"),
  minItems: (error) =>
    invalid(
      `Invalid '${pathOf(error)}': empty array. Expected an array with minimum length ${String(error.schema)}, but got an empty array instead.`,
      pathOf(error),
      "empty_array",
    ),
  maxItems: (error) => tooLong(error, "array", "an array"),
  maxProperties: (error) =>
    invalid(
      `Invalid '${pathOf(error)}': too many properties. Expected an object with at most ${String(error.schema)} properties, but got an object with ${Object.keys(error.data as object).length} properties instead.`,
      pathOf(error),
      "object_above_max_properties",
    ),
};

function tooLong(error: ErrorObject, what: string, whatWithArticle: string): ApiFailure {
  const length = (error.data as { length: number }).length;
  return invalid(
    `Invalid '${pathOf(error)}': ${what} too long. Expected ${whatWithArticle} with maximum length ${String(error.schema)}, but got ${whatWithArticle} with length ${length} instead.`,
    pathOf(error),
    `${what}_above_max_length`,
  );
}

function outside(error: ErrorObject, how: string, comparison: string, code: string): ApiFailure {
  const what = (error.parentSchema as JsonSchema).type === "integer" ? "integer" : "decimal";
  return invalid(
    `Invalid '${pathOf(error)}': ${what} ${how}. Expected a value ${comparison} ${String(error.schema)}, but got ${String(error.data)} instead.`,
    pathOf(error),
    `${what}_${code}`,
  );
}

function notListed(error: ErrorObject, values: unknown[]): ApiFailure {
  const path = pathOf(error);
  return typeof error.data === "string"
    ? unsupported(path, error.data, values)
    : wrongType(path, { enum: values }, error.data);
}

function unsupported(path: string, value: string, values: unknown[]): ApiFailure {
  return invalid(`Invalid value: '${value}'. Supported values are: ${listed(values, "and")}.`, path, "invalid_value");
}

function missing(path: string): ApiFailure {
  return invalid(`Missing required parameter: '${path}'.`, path, "missing_required_parameter");
}

function wrongType(path: string, schema: JsonSchema, value: unknown): ApiFailure {
  const at = path === "" ? "Invalid type for the request body" : `Invalid type for '${path}'`;
  const message = `${at}: expected ${describeExpected(schema)}, but got ${describeGot(value)} instead.`;
  return invalid(message, path === "" ? null : path, "invalid_type");
}

function invalid(message: string, param: string | null, code: string): ApiFailure {
  return new ApiFailure(400, message, { param, code });
}

/** `/messages/0/role` as the API writes it: `messages[0].role`. */
function pathOf({ instancePath }: ErrorObject): string {
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : join(path, key)), "");
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
