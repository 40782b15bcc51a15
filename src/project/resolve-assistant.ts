import { type Place, type Problem, ProblemError, fail } from "../problem.ts";
import { sensitiveShown } from "../kit/secrets.ts";
import { type Expression, ExpressionError, type Scope, evaluatePieces } from "./expression.ts";
import { instructionParts, joinInstructions } from "./instructions.ts";
import { assistantFields } from "../resources/assistant/fields.ts";
import { assistantKind } from "../resources/assistant/kind.ts";
import type { AssistantField, AssistantSpec, ResponseFormatSpec } from "../resources/assistant/spec.ts";
import { covers, expandFields } from "../resources/fields.ts";
import type { Desired, SensitiveText } from "../resources/resource.ts";
import type { Declared, Path, Project } from "./project.ts";
import { namedObjects, resolveTool } from "./resolve-tools.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import { nameOf as wordsFor } from "./schema-sentences.ts";
import { locatorOf } from "./source.ts";
import { didYouMean } from "../kit/words.ts";
import { pathFrom } from "./draft.ts";
import { isObject } from "../kit/json.ts";

/** Collects the problems of a part and returns the fallback instead. */
type Attempt = <T>(fallback: T, work: () => T) => T;

/**
 * The assistant with that name (the last part of its address), with expressions evaluated with `vars`; `models` has the target's names for
 * models. Throws a ProblemError with all faults: `unknown_reference`, `failed_expression`, `too_long`.
 */
export function resolveAssistant(
  project: Project,
  name: string,
  vars: Scope,
  models: Readonly<Record<string, string>> = {},
): Desired<AssistantSpec> {
  const declared = project.assistants.get(name) ?? unknownAssistant(project, name);
  const { value } = declared;
  const problems: Problem[] = [];
  const attempt = collectInto(problems);
  const sensitive: Record<string, SensitiveText> = {};
  const keep = (path: Path, { text, shown, values }: Evaluated): string => {
    if (values.length > 0) sensitive[path.join(".")] = { shown, values };
    return text;
  };
  const isSensitive: IsSensitive = (expression) => expression.reads("vars", project.sensitive);
  const evaluation = { scope: { vars }, isSensitive };
  const text = (path: Path, written: string, limit?: number) =>
    attempt("", () => limited(declared, path, limit, keep(path, evaluateAt(declared, path, written, evaluation))));
  const written = withoutAbsent({
    name: text(["name"], value.name ?? name, assistantFields.name.maxLength),
    description: optional(value.description, (each) =>
      text(["description"], each, assistantFields.description.maxLength),
    ),
    model: modelAt(models, text(["model"], value.model)),
    instructions: optional(resolveInstructions(project, declared, attempt, evaluation), (each) =>
      attempt("", () =>
        limited(declared, ["instructions"], assistantFields.instructions.maxLength, keep(["instructions"], each)),
      ),
    ),
    temperature: value.temperature,
    top_p: value.top_p,
    response_format: resolveFormat(project, declared),
    reasoning_effort: value.reasoning_effort,
    tools: value.tools?.map((tool) => resolveTool(project, declared, tool)),
    metadata: optional(value.metadata, (metadata) =>
      Object.fromEntries(
        Object.entries(metadata).map(([key, each]) => [
          key,
          text(["metadata", key], each, assistantFields.metadata.maxLength),
        ]),
      ),
    ),
  });
  if (problems.length > 0) throw new ProblemError(problems);
  const spec: AssistantSpec = { ...notSet, ...written };
  const ignore = value.ignore ?? [];
  const named = namedObjects(declared);
  return {
    kind: assistantKind.name,
    address: declared.address,
    spec,
    declared: expandFields(assistantKind, Object.keys(written), spec).filter(
      (field) => !ignore.some((each) => covers(each, field)),
    ),
    protect: value.protect ?? false,
    ignore,
    adopt: value.adopt ?? null,
    ...(named.length > 0 && { named }),
    ...(Object.keys(sensitive).length > 0 && { sensitive }),
  };
}

/** An assistant without declared fields. */
const notSet = Object.fromEntries(
  Object.entries(assistantFields).map(([field, { cleared }]) => [field, cleared]),
) as unknown as AssistantSpec;

function modelAt(models: Readonly<Record<string, string>>, name: string): string {
  return models[name] ?? name;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

function withoutAbsent<T extends { [F in AssistantField]: AssistantSpec[F] | undefined }>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** The display name of the assistant; throws a ProblemError (`unknown_reference`, `failed_expression`). */
export function displayName(project: Project, name: string, vars: Scope): string {
  const declared = project.assistants.get(name) ?? unknownAssistant(project, name);
  const evaluation = { scope: { vars }, isSensitive: () => false };
  return evaluateAt(declared, ["name"], declared.value.name ?? name, evaluation).text;
}

function collectInto(problems: Problem[]): Attempt {
  return (fallback, work) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return fallback;
    }
  };
}

const optional = <T, U>(value: T | undefined, change: (value: T) => U): U | undefined =>
  value === undefined ? undefined : change(value);

function unknownAssistant(project: Project, name: string): never {
  const known = [...project.assistants.keys()];
  const hint = known.length === 0 ? "This project has no assistants." : `Assistants here: ${known.join(", ")}.`;
  return fail("unknown_reference", `there is no assistant "${name}"`, { hint, ...didYouMean(name, known) });
}

/** A text with evaluated expressions, and its sensitive parts. */
interface Evaluated extends SensitiveText {
  text: string;
}

type IsSensitive = (expression: Expression) => boolean;

/** The context for evaluating expressions. */
interface Evaluation {
  scope: Scope;
  isSensitive: IsSensitive;
}

function resolveInstructions(
  project: Project,
  declared: Declared<WrittenAssistant>,
  attempt: Attempt,
  evaluation: Evaluation,
): Evaluated | undefined {
  if (declared.value.instructions === undefined) return undefined;
  const parts = instructionParts(declared, project.texts).map(({ path, file, text, hasExpressions }): Evaluated => {
    const asWritten = { text, shown: text, values: [] };
    if (!hasExpressions) return asWritten;
    return attempt(asWritten, () =>
      file === null
        ? evaluateAt(declared, path, text, evaluation)
        : evaluateIn(locatorOfText(file, text), text, evaluation),
    );
  });
  return {
    text: joinInstructions(parts.map(({ text }) => text)),
    shown: joinInstructions(parts.map(({ shown }) => shown)),
    values: parts.flatMap(({ values }) => values),
  };
}

/** A text of the YAML file with evaluated expressions. */
function evaluateAt(declared: Declared<WrittenAssistant>, path: Path, text: string, evaluation: Evaluation): Evaluated {
  return evaluateIn(({ source, start, end }) => declared.place(path, { text: source, start, end }), text, evaluation);
}

type PlaceOf = (error: ExpressionError) => Place;

/** Locates expressions in a text file. */
function locatorOfText(file: string, text: string): PlaceOf {
  return ({ source, start, end }) => {
    const found = Math.max(0, text.indexOf(source));
    return locatorOf(file, text)(found + start, found + end);
  };
}

function evaluateIn(placeOf: PlaceOf, text: string, { scope, isSensitive }: Evaluation): Evaluated {
  try {
    const pieces = evaluatePieces(text, scope).map(({ text: value, expression }) => ({
      value,
      isHidden: value !== "" && expression !== null && isSensitive(expression),
    }));
    return {
      text: pieces.map(({ value }) => value).join(""),
      shown: pieces.map(({ value, isHidden }) => (isHidden ? sensitiveShown(value) : value)).join(""),
      values: pieces.flatMap(({ value, isHidden }) => (isHidden ? [value] : [])),
    };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return fail(error.code, error.message, { place: placeOf(error) });
  }
}

/** Checks a limit of the API, which applies to evaluated text. */
function limited(declared: Declared<WrittenAssistant>, path: Path, limit: number | undefined, text: string): string {
  // A text never has more characters than UTF-16 units.
  if (limit === undefined || text.length <= limit) return text;
  const { length } = Array.from(text);
  if (length <= limit) return text;
  const message = `${wordsFor(path)} has ${length} characters, more than the limit of ${limit}`;
  return fail("too_long", message, { place: declared.place(path) });
}

/** The declared response format of an assistant; a schema file must already be checked to be a JSON Schema. */
export function resolveFormat(
  { texts }: Pick<Project, "texts">,
  declared: Declared<WrittenAssistant>,
): ResponseFormatSpec | undefined {
  const format = declared.value.response_format;
  if (typeof format !== "object") return format;
  const { name, description, strict, schema, file } = format.json_schema;
  const read = file === undefined ? schema : readSchema(texts, pathFrom(declared, file));
  if (read === undefined) throw new Error(`the schema of ${declared.address} was not checked to be there`);
  // The API does not accept dots here, but file names may contain them.
  const fallback = declared.name.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64);
  return {
    json_schema: {
      name: name ?? fallback,
      description: description ?? null,
      strict: strict ?? false,
      schema: read,
    },
  };
}

function readSchema(texts: ReadonlyMap<string, string>, path: string): Record<string, unknown> | boolean | undefined {
  const value: unknown = JSON.parse(texts.get(path) ?? "null");
  return isObject(value) || typeof value === "boolean" ? value : undefined;
}
