import { type FreeName, freeNames, parseCel, toJson, withWrittenNames } from "./cel.ts";
import { suggest } from "../kit/words.ts";
import { isObject } from "../kit/json.ts";

/** The values available to an expression, by name. */
export type Scope = Readonly<Record<string, unknown>>;

/** The names in scope, with their members if known in advance. */
export type KnownNames = Readonly<Record<string, readonly string[] | null>>;

/** An expression that cannot be parsed or evaluated. `start` and `end` are the faulty span of `source`. */
export class ExpressionError extends Error {
  readonly code: "bad_expression" | "unknown_name" | "failed_expression";
  readonly source: string;
  readonly start: number;
  readonly end: number;

  constructor(
    code: ExpressionError["code"],
    source: string,
    message: string,
    { start, end }: { start: number; end: number } = { start: 0, end: source.length },
  ) {
    super(message);
    this.name = "ExpressionError";
    this.code = code;
    this.source = source;
    this.start = start;
    this.end = end;
  }
}

/** A valid CEL expression. */
export interface Expression {
  source: string;
  /** Its JSON value in a scope of JSON values; throws an ExpressionError. */
  evaluate(scope: Scope): unknown;
  /**
   * An error that occurs for all values, when only these names are in scope: an unknown name, an unknown member,
   * incompatible types, or an unknown function.
   */
  check(known: KnownNames): ExpressionError | null;
  /** The names that it reads from its scope, sorted. */
  names: string[];
  /** True if it may read one of these members of a name in its scope. */
  reads(name: string, members: ReadonlySet<string>): boolean;
}

const known = new Map<string, Expression>();

/** Parses a CEL expression, with a cache; throws an ExpressionError. */
export function parseExpression(source: string): Expression {
  const expression = known.get(source) ?? readExpression(source);
  known.set(source, expression);
  return expression;
}

function readExpression(source: string): Expression {
  const parsed = rethrow("bad_expression", source, () => parseCel(source));
  const free = freeNames(parsed.ast);
  return {
    source,
    names: [...new Set(free.map(({ name }) => name))].toSorted(),
    reads: (wanted, members) =>
      free.some(({ name, member }) => name === wanted && (member === null || members.has(member))),
    evaluate(scope) {
      return rethrow("failed_expression", source, () =>
        toJson(parsed.evaluate(scope), (what) => {
          throw new ExpressionError(
            "failed_expression",
            source,
            `"${source}" gives ${what}, which is not a JSON value`,
          );
        }),
      );
    },
    check(known) {
      for (const each of free) {
        const stray = strayName(source, each, known);
        if (stray) return stray;
      }
      const error = parsed.check();
      return error === null ? null : celError("bad_expression", source, error);
    },
  };
}

/** The JSON value of a CEL expression in a scope of JSON values; throws an ExpressionError. */
export function evaluate(source: string, scope: Scope): unknown {
  return parseExpression(source).evaluate(scope);
}

/** The names that an expression reads from its scope, sorted; throws an ExpressionError when it cannot be read. */
export function referencedNames(source: string): string[] {
  return parseExpression(source).names;
}

/**
 * A JSON value with every `${{ expression }}` in its texts replaced. A text that is a single expression becomes the
 * expression's value of any type; within other text, a value that is not text is inserted as JSON. Throws an ExpressionError.
 */
export function interpolate(value: unknown, scope: Scope): unknown {
  if (typeof value === "string") return hasExpressions(value) ? interpolateText(value, scope) : value;
  if (Array.isArray(value)) return value.map((each) => interpolate(each, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, interpolate(each, scope)]));
}

/** A piece of a text with evaluated expressions; `expression` is `null` for literal text. */
export interface EvaluatedPiece {
  text: string;
  expression: Expression | null;
}

/** The pieces of a text with evaluated expressions; values that are not text are JSON. Throws an ExpressionError. */
export function evaluatePieces(text: string, scope: Scope): EvaluatedPiece[] {
  if (!hasExpressions(text)) return [{ text, expression: null }];
  const pieces = parseTemplate(text);
  if (!Array.isArray(pieces)) throw unclosed(text, pieces.start);
  return pieces.map((piece) => {
    if (piece.kind === "text") return { text: piece.text, expression: null };
    const expression = parseExpression(piece.source);
    return { text: asText(expression.evaluate(scope)), expression };
  });
}

function interpolateText(text: string, scope: Scope): unknown {
  const pieces = parseTemplate(text);
  if (!Array.isArray(pieces)) throw unclosed(text, pieces.start);
  const [first] = pieces;
  if (pieces.length === 1 && first?.kind === "expression") return evaluate(first.source, scope);
  return pieces.map((piece) => (piece.kind === "text" ? piece.text : asText(evaluate(piece.source, scope)))).join("");
}

/** The error for a `${{` that is never closed, at `start` of a text. */
export function unclosed(text: string, start: number): ExpressionError {
  return new ExpressionError("bad_expression", text, "${{ without a closing }}", { start, end: start + 3 });
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function strayName(source: string, { name, member, start, end }: FreeName, known: KnownNames): ExpressionError | null {
  if (!Object.hasOwn(known, name)) {
    const words = inScope(name, Object.keys(known));
    const message = `nothing is called "${name}" here; ${words}`;
    return new ExpressionError("unknown_name", source, message, { start, end: start + name.length });
  }
  const members = known[name] ?? null;
  if (member === null || members === null || members.includes(member)) return null;
  const read = `${name}.${member}`;
  const words = inScope(
    read,
    members.map((each) => `${name}.${each}`),
  );
  return new ExpressionError("unknown_name", source, `there is no "${read}" here; ${words}`, { start, end });
}

function inScope(word: string, names: readonly string[]): string {
  const meant = suggest(word, names);
  return meant === undefined ? `in scope: ${names.join(", ") || "nothing"}` : `did you mean "${meant}"?`;
}

function rethrow<T>(code: ExpressionError["code"], source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error && !(error instanceof ExpressionError) ? celError(code, source, error) : error;
  }
}

/** An error of the CEL library in plain words. */
function celError(code: ExpressionError["code"], source: string, error: Error): ExpressionError {
  const summary = "summary" in error ? String(error.summary) : error.message;
  const range = "range" in error && isObject(error.range) ? error.range : {};
  const start = Math.min(Number(range.start ?? 0), Math.max(0, source.length - 1));
  const end = Math.max(start + 1, Number(range.end ?? source.length));
  return new ExpressionError(code, source, `"${source}": ${plainWords(summary)}`, { start, end });
}

function plainWords(summary: string): string {
  return withWrittenNames(summary)
    .replace("no such overload:", "these types are incompatible:")
    .replaceAll(/dyn<(\w+)>/g, "$1")
    .replace("No such key:", "there is no")
    .replace("Unknown variable:", "nothing is called")
    .replace("Unexpected token: EOF", "it ends too early");
}

/** A piece of a text with expressions: literal text, or an expression and the position of its source in the text. */
export type TemplatePiece = { kind: "text"; text: string } | { kind: "expression"; source: string; start: number };

/** A `${{` without its `}}`, at `start`. */
export interface OpenTemplate {
  kind: "open";
  start: number;
}

/** True for a text that may contain expressions; a fast check, as most texts do not. */
export const hasExpressions = (text: string): boolean => text.includes("${{");

/**
 * Splits a text at its `${{ expression }}` parts. Braces and quotes inside an expression are understood, so
 * `${{ {"a": {}} }}` is one. A literal `${{` is written `${{ "${{" }}`.
 */
export function parseTemplate(text: string): TemplatePiece[] | OpenTemplate {
  const pieces: TemplatePiece[] = [];
  let from = 0;
  for (let open = text.indexOf("${{"); open !== -1; open = text.indexOf("${{", from)) {
    const end = closingOf(text, open + 3);
    if (end === -1) return { kind: "open", start: open };
    if (open > from) pieces.push({ kind: "text", text: text.slice(from, open) });
    pieces.push(trimmed(text.slice(open + 3, end), open + 3));
    from = end + 2;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}

function trimmed(source: string, start: number): TemplatePiece {
  const leading = source.length - source.trimStart().length;
  return { kind: "expression", source: source.trim(), start: start + leading };
}

/** The position of the `}}` of an expression that begins at `from`; -1 when there is none. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' || character === "'") at = endOfString(text, at, character);
    else if (character === "{") depth += 1;
    else if (character === "}" && depth > 0) depth -= 1;
    else if (character === "}" && text[at + 1] === "}") return at;
  }
  return -1;
}

/** The index of the last character of a CEL string that opens at `at`; the text's end when it is never closed. */
function endOfString(text: string, at: number, quote: string): number {
  const delimiter = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let index = at + delimiter.length; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text.startsWith(delimiter, index)) return index + delimiter.length - 1;
  }
  return text.length;
}
