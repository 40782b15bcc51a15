import { ProblemError, fail } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import { ExpressionError, interpolate } from "./expression.ts";
import type { Scope } from "./expression.ts";
import { instructionParts, joinInstructions } from "./instructions.ts";
import { assistantFields } from "../resources/assistant/fields.ts";
import { assistantKind } from "../resources/assistant/kind.ts";
import type { AssistantField, AssistantSpec } from "../resources/assistant/spec.ts";
import { covers, expandFields } from "../resources/fields.ts";
import type { Desired } from "../resources/resource.ts";
import type { Declared, Path, Project } from "./project.ts";
import { resolveFormat } from "./resolve-format.ts";
import { resolveTool } from "./resolve-tools.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import { nameOf as wordsFor } from "./schema-check.ts";
import { locatorOf } from "./source.ts";
import { didYouMean } from "../kit/words.ts";

/** Puts the problems of one part into a list, and gives the fallback instead of the part. */
type Attempt = <T>(fallback: T, work: () => T) => T;

/**
 * The assistant of that name (the last part of its address), its expressions evaluated with `vars`; `models` is what the target calls
 * each model. Throws a ProblemError with everything that is wrong: `unknown_reference`, `failed_expression`, `too_long`.
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
  const text = (path: Path, written: string, limit?: number) =>
    attempt("", () => limited(declared, path, limit, evaluateAt(declared, path, written, { vars })));
  const written = withoutAbsent({
    name: text(["name"], value.name ?? name, assistantFields.name.maxLength),
    description: optional(value.description, (each) =>
      text(["description"], each, assistantFields.description.maxLength),
    ),
    model: modelAt(models, text(["model"], value.model)),
    instructions: resolveInstructions(project, declared, attempt, { vars }),
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
  };
}

/** An assistant of which nothing is declared. */
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

/** The name that the assistant is shown under; throws a ProblemError (`unknown_reference`, `failed_expression`). */
export function displayName(project: Project, name: string, vars: Scope): string {
  const declared = project.assistants.get(name) ?? unknownAssistant(project, name);
  return evaluateAt(declared, ["name"], declared.value.name ?? name, { vars });
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

function resolveInstructions(
  project: Project,
  declared: Declared<WrittenAssistant>,
  attempt: Attempt,
  scope: Scope,
): string | undefined {
  if (declared.value.instructions === undefined) return undefined;
  const parts = instructionParts(declared, project.texts).map(({ path, file, text, hasExpressions }) => {
    if (!hasExpressions) return text;
    return attempt("", () =>
      file === null ? evaluateAt(declared, path, text, scope) : evaluateIn(locatorOfText(file, text), text, scope),
    );
  });
  return attempt("", () =>
    limited(declared, ["instructions"], assistantFields.instructions.maxLength, joinInstructions(parts)),
  );
}

/** A text of the YAML file, its expressions evaluated. */
function evaluateAt(declared: Declared<WrittenAssistant>, path: Path, text: string, scope: Scope): string {
  return evaluateIn(({ source, start, end }) => declared.place(path, { text: source, start, end }), text, scope);
}

type PlaceOf = (error: ExpressionError) => Place;

/** Where an expression of a text file stands. */
function locatorOfText(file: string, text: string): PlaceOf {
  return ({ source, start, end }) => {
    const found = Math.max(0, text.indexOf(source));
    return locatorOf(file, text)(found + start, found + end);
  };
}

function evaluateIn(placeOf: PlaceOf, text: string, scope: Scope): string {
  try {
    const value = interpolate(text, scope);
    return typeof value === "string" ? value : JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return fail(error.code, error.message, { place: placeOf(error) });
  }
}

/** The API's limits hold for what expressions gave, not for how it was written. */
function limited(declared: Declared<WrittenAssistant>, path: Path, limit: number | undefined, text: string): string {
  const { length } = Array.from(text);
  if (limit === undefined || length <= limit) return text;
  const message = `${wordsFor(path)} has ${length} characters; at most ${limit} are possible`;
  return fail("too_long", message, { place: declared.place(path) });
}
