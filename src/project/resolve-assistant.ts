import { ProblemError, fail } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import { ExpressionError, interpolate } from "./expression.ts";
import type { Scope } from "./expression.ts";
import { instructionParts, joinInstructions, maxInstructionLength } from "./instructions.ts";
import type { Declared, Path, Project } from "./project.ts";
import { resolveFormat } from "./resolve-format.ts";
import type { ResolvedResponseFormat } from "./resolve-format.ts";
import { resolveTool } from "./resolve-tools.ts";
import type { ResolvedTool } from "./resolve-tools.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import { nameOf as wordsFor } from "./schema-check.ts";
import { locatorOf } from "./source.ts";
import { didYouMean } from "../kit/words.ts";

/** An assistant as the files want it: expressions evaluated, named files read. What the file does not say is `undefined`. */
export interface ResolvedAssistant {
  /** `assistant.weather`. */
  address: string;
  /** The display name; the file's name when it has none. */
  name: string;
  description: string | undefined;
  /** The model's logical name; a target may call it something else. */
  model: string;
  instructions: string | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  responseFormat: ResolvedResponseFormat | undefined;
  reasoningEffort: WrittenAssistant["reasoning_effort"];
  tools: ResolvedTool[] | undefined;
  metadata: Record<string, string> | undefined;
  protect: boolean;
  ignore: readonly string[];
  adopt: string | undefined;
}

/** Puts the problems of one part into a list, and gives the fallback instead of the part. */
type Attempt = <T>(fallback: T, work: () => T) => T;

/**
 * The assistant of that name (the last part of its address), its expressions evaluated with `vars`. Throws a ProblemError with
 * everything that is wrong: `unknown_reference`, `failed_expression`, `too_long`.
 */
export function resolveAssistant(project: Project, name: string, vars: Scope): ResolvedAssistant {
  const declared = project.assistants.get(name) ?? unknownAssistant(project, name);
  const { value } = declared;
  const scope = { vars };
  const problems: Problem[] = [];
  const attempt = collectInto(problems);
  const text = (path: Path, written: string, limit = Infinity) =>
    attempt("", () => limited(declared, path, limit, evaluateAt(declared, path, written, scope)));
  const resolved = {
    address: declared.address,
    name: text(["name"], value.name ?? name, limits.name),
    description: optional(value.description, (written) => text(["description"], written, limits.description)),
    model: text(["model"], value.model),
    instructions: resolveInstructions(project, declared, attempt, scope),
    temperature: value.temperature,
    topP: value.top_p,
    responseFormat: resolveFormat(project, declared),
    reasoningEffort: value.reasoning_effort,
    tools: value.tools?.map((tool) => resolveTool(project, declared, tool)),
    metadata: optional(value.metadata, (metadata) =>
      Object.fromEntries(
        Object.entries(metadata).map(([key, written]) => [key, text(["metadata", key], written, limits.metadata)]),
      ),
    ),
    protect: value.protect ?? false,
    ignore: value.ignore ?? [],
    adopt: value.adopt,
  };
  if (problems.length > 0) throw new ProblemError(problems);
  return resolved;
}

/** The name that the assistant is shown under; throws a ProblemError (`unknown_reference`, `failed_expression`). */
export function displayName(project: Project, name: string, vars: Scope): string {
  const declared = project.assistants.get(name) ?? unknownAssistant(project, name);
  return evaluateAt(declared, ["name"], declared.value.name ?? name, { vars });
}

/** The API's limits, in characters. */
const limits = { name: 256, description: 512, metadata: 512 };

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
  return attempt("", () => limited(declared, ["instructions"], maxInstructionLength, joinInstructions(parts)));
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
function limited(declared: Declared<WrittenAssistant>, path: Path, limit: number, text: string): string {
  const { length } = Array.from(text);
  if (length <= limit) return text;
  const message = `${wordsFor(path)} has ${length} characters; at most ${limit} are possible`;
  return fail("too_long", message, { place: declared.place(path) });
}
