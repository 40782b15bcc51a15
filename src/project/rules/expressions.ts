import type { Draft } from "../draft.ts";
import { ExpressionError, type KnownNames, parseExpression, unclosed } from "../expression.ts";
import type { Finding } from "../finding.ts";
import { locatorOf } from "../source.ts";
import { instructionParts } from "../instructions.ts";
import type { Path } from "../project.ts";
import { hasExpressions, parseTemplate } from "../expression.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { Rule } from "./rule.ts";
import { isObject } from "../../kit/json.ts";
import { allVars, varsOf } from "../vars.ts";
import { assistantFields } from "../../resources/assistant/fields.ts";

/** The faults of a CEL expression at `path` that may use the `known` names. */
export function expressionFindings(source: string, path: Path, known: KnownNames): Finding[] {
  const error = faultOf(source, known);
  return error ? [toFinding(error, path)] : [];
}

/** The faults of the `${{ }}` parts of a text at `path` that may use the `known` names. */
export function templateFindings(text: string, path: Path, known: KnownNames): Finding[] {
  if (!hasExpressions(text)) return [];
  const pieces = parseTemplate(text);
  if (!Array.isArray(pieces)) return [toFinding(unclosed(text, pieces.start), path)];
  const expressions = pieces.filter((piece) => piece.kind === "expression");
  // Faults of a repeated expression are reported once.
  const different = new Map(expressions.map(({ source, start }) => [source, start]));
  return [...different].flatMap(([source, start]) =>
    expressionFindings(source, path, known).map((finding) => inTemplate(finding, text, start)),
  );
}

/** A fault located within its `${{ }}`, because the same text may also occur in another expression. */
function inTemplate(finding: Finding, text: string, start: number): Finding {
  const { at } = finding;
  if (typeof at !== "object") return finding;
  const open = text.lastIndexOf("${{", start);
  const close = text.indexOf("}}", start + at.text.length) + 2;
  const ahead = start - open;
  return { ...finding, at: { text: text.slice(open, close), start: ahead + at.start, end: ahead + at.end } };
}

/** Every text inside a value, with its path. */
export function textsIn(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === "string") return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((each, index) => textsIn(each, [...path, index]));
  return isObject(value) ? Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key])) : [];
}

/** The evaluated fields without instructions, which are checked part by part. */
const evaluated = new Set(
  Object.entries(assistantFields).flatMap(([field, { isEvaluated }]) => (isEvaluated ? [field] : [])),
);

/** Expressions of an assistant may use `vars`, and only where they are evaluated. */
export const assistantExpressionsFit: Rule<WrittenAssistant> = (declared, draft) => {
  const known = { vars: sharedVars(draft) };
  const { instructions: _, ...rest } = declared.value;
  const outside = Object.entries(rest).flatMap(([key, value]) =>
    textsIn(value, [key]).flatMap(({ text, path }) =>
      evaluated.has(key)
        ? templateFindings(text, path, known).concat(placeholderFindings(text, path))
        : expressionsNotPossible(text, path),
    ),
  );
  const inside = instructionParts(declared, draft.texts).flatMap(({ path, file, text, hasExpressions: asks }) => {
    const findings = asks
      ? templateFindings(text, path, known).concat(placeholderFindings(text, path))
      : expressionsNotAsked(text, path);
    return file === null ? findings : findings.map((finding) => inFile(finding, file, text));
  });
  return [...outside, ...inside];
};

/** A file whose texts are never evaluated must not contain expressions. */
export const noExpressions: Rule<unknown> = ({ value }) =>
  textsIn(value, []).flatMap(({ text, path }) => expressionsNotPossible(text, path));

/** The names of the variables of the project and of all its targets; `null` when they cannot be known. */
export function sharedVars({ settings }: Draft): string[] | null {
  if (settings === null) return null;
  return allVars(settings.value).flatMap(({ vars }) => Object.keys(varsOf(vars)));
}

/** Findings for expressions where none are evaluated. */
export function expressionsNotPossible(text: string, path: Path): Finding[] {
  if (!hasExpressions(text)) return [];
  const start = text.indexOf("${{");
  const at = { text: "${{", start: 0, end: 3 };
  const message = `expressions are not allowed here: ${text.slice(start, start + 60)}`;
  return [{ path, at, code: "expression_not_possible", message }];
}

/** A fault in a text file, located in that file. */
function inFile(finding: Finding, file: string, text: string): Finding {
  const { at } = finding;
  if (typeof at !== "object") return finding;
  const start = Math.max(0, text.indexOf(at.text));
  return { ...finding, place: locatorOf(file, text)(start + at.start, start + at.end) };
}

const placeholders = /(?<![${])\{\{-?\s*([A-Za-z_][\w.]*)\s*-?\}\}(?!\})|\$\{([A-Za-z_][\w.]*)\}/g;

/** Findings for placeholders of other template languages, which would stay unchanged. */
export function placeholderFindings(text: string, path: Path, use: "said" | "compared" = "said"): Finding[] {
  if (!text.includes("{{") && !text.includes("${")) return [];
  const pieces = parseTemplate(text);
  const literals = Array.isArray(pieces) ? pieces.flatMap((piece) => (piece.kind === "text" ? piece.text : [])) : [];
  const found = literals.flatMap((literal) => Array.from(literal.matchAll(placeholders)));
  return [...new Map(found.map((match) => [match[0], match])).values()].map(([written, inBraces, inDollar]) => {
    const name = inBraces ?? inDollar ?? "";
    const meant = name.includes(".") ? name : `vars.${name}`;
    return {
      path,
      at: { text: written, start: 0, end: written.length },
      code: "foreign_placeholder",
      message: `"${written}" is ${use} as it stands`,
      hint: `An expression is written \${{ ${meant} }}. If it is meant to be ${use}: \${{ '${written}' }}.`,
    };
  });
}

/** Findings for expressions in a file in which they are not evaluated. */
function expressionsNotAsked(text: string, path: Path): Finding[] {
  const pieces = hasExpressions(text) ? parseTemplate(text) : [];
  const first = Array.isArray(pieces) ? pieces.find((piece) => piece.kind === "expression") : undefined;
  if (first?.kind !== "expression") return [];
  const open = text.lastIndexOf("${{", first.start);
  const written = text.slice(open, text.indexOf("}}", first.start + first.source.length) + 2);
  return [
    {
      path,
      at: { text: written, start: 0, end: written.length },
      code: "foreign_placeholder",
      message: `"${written}" stays unchanged: expressions in files are only evaluated with expressions: true`,
      hint: "Add expressions: true to the assistant's YAML.",
    },
  ];
}

function faultOf(source: string, known: KnownNames): ExpressionError | null {
  try {
    return parseExpression(source).check(known);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

const toFinding = ({ code, message, source, start, end }: ExpressionError, path: Path): Finding => ({
  path,
  at: { text: source, start, end },
  code,
  message,
});
