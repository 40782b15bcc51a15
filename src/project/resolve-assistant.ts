import { fail } from "../problem.ts";
import type { Place } from "../problem.ts";
import { ExpressionError, interpolate } from "./expression.ts";
import type { Scope } from "./expression.ts";
import { instructionParts, joinInstructions, maxInstructionLength } from "./instructions.ts";
import type { Declared, Path, Project } from "./project.ts";
import { resolveFormat } from "./resolve-format.ts";
import type { ResolvedResponseFormat } from "./resolve-format.ts";
import { resolveTool } from "./resolve-tools.ts";
import type { ResolvedTool } from "./resolve-tools.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import { nameOf as wordsFor } from "./schema-words.ts";
import { locatorOf } from "./source.ts";
import { didYouMean } from "./suggest.ts";

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

/**
 * The assistant of that name (the last part of its address), its expressions evaluated with `vars`. Throws a ProblemError:
 * `unknown_reference`, `failed_expression`, `too_long`.
 */
export function resolveAssistant(project: Project, name: string, vars: Scope): ResolvedAssistant {
  const declared = project.assistants.get(name) ?? unknownAssistant(project, name);
  const { value } = declared;
  const scope = { vars };
  const evaluate = (text: string, path: Path) =>
    evaluateIn(({ source, start, end }) => declared.place(path, { text: source, start, end }), text, scope);
  return {
    address: declared.address,
    name: limited(declared, ["name"], 256, evaluate(value.name ?? name, ["name"])),
    description: optional(value.description, (text) =>
      limited(declared, ["description"], 512, evaluate(text, ["description"])),
    ),
    model: evaluate(value.model, ["model"]),
    instructions: resolveInstructions(project, declared, evaluate, scope),
    temperature: value.temperature,
    topP: value.top_p,
    responseFormat: resolveFormat(project, declared),
    reasoningEffort: value.reasoning_effort,
    tools: value.tools?.map((tool) => resolveTool(project, declared, tool)),
    metadata: optional(value.metadata, (metadata) =>
      Object.fromEntries(
        Object.entries(metadata).map(([key, text]) => [
          key,
          limited(declared, ["metadata", key], 512, evaluate(text, ["metadata", key])),
        ]),
      ),
    ),
    protect: value.protect ?? false,
    ignore: value.ignore ?? [],
    adopt: value.adopt,
  };
}

const optional = <T, U>(value: T | undefined, change: (value: T) => U): U | undefined =>
  value === undefined ? undefined : change(value);

function unknownAssistant(project: Project, name: string): never {
  const known = [...project.assistants.keys()];
  const hint = known.length === 0 ? "This project has no assistants." : `Assistants here: ${known.join(", ")}.`;
  return fail("input", "unknown_reference", `there is no assistant "${name}"`, { hint, ...didYouMean(name, known) });
}

function resolveInstructions(
  project: Project,
  declared: Declared<WrittenAssistant>,
  evaluate: (text: string, path: Path) => string,
  scope: Scope,
): string | undefined {
  if (declared.value.instructions === undefined) return undefined;
  const parts = instructionParts(declared, project.texts).map(({ path, file, text, hasExpressions }) => {
    if (!hasExpressions) return text;
    return file === null ? evaluate(text, path) : evaluateIn(locatorOfText(file, text), text, scope);
  });
  return limited(declared, ["instructions"], maxInstructionLength, joinInstructions(parts));
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
    return fail("input", error.code, error.message, { place: placeOf(error) });
  }
}

/** The API's limits hold for what expressions gave, not for how it was written. */
function limited(declared: Declared<WrittenAssistant>, path: Path, limit: number, text: string): string {
  const { length } = Array.from(text);
  if (length <= limit) return text;
  const message = `${wordsFor(path)} has ${length} characters; at most ${limit} are possible`;
  return fail("input", "too_long", message, { place: declared.place(path) });
}
