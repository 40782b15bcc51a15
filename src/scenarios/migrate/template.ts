import { asText, isObject, parseJson } from "../../kit/json.ts";
import { withoutExpressions } from "../../project/write/escape.ts";

/** Names that are reserved in CEL. */
const reserved = new Set(
  "in true false null as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** The expression that reads a variable of a scenario, or a part of it. */
export function variable([name = "", ...rest]: readonly (string | number)[]): string {
  return rest.reduce<string>((sum, key) => sum + keyOf(key), `vars${keyOf(name)}`);
}

function keyOf(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) && !reserved.has(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

const piece = /\{\{-?\s*([^{}]*?)\s*-?\}\}|\{%[^]*?%\}|\{#[^]*?#\}/g;
const path = /^[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\]|\[(?:"[^"\]]*"|'[^'\]]*')\])*$/;

/**
 * Converts a text with placeholders of Nunjucks or evals to one with expressions; `expressionOf` returns the expression for a path, which may be a quoted
 * text, or `null` if there is none. `null` for a text with more than plain placeholders: filters, conditions, loops, comments.
 */
export function fromTemplate(text: string, expressionOf: (path: (string | number)[]) => string | null): string | null {
  let written = "";
  let last = 0;
  for (const found of text.matchAll(piece)) {
    const inner = found[1];
    const expression = inner === undefined || !path.test(inner) ? null : expressionOf(stepsOf(inner));
    if (expression === null) return null;
    const shown = expression.startsWith('"')
      ? withoutExpressions(asText(parseJson(expression)))
      : `\${{ ${expression} }}`;
    written += withoutExpressions(text.slice(last, found.index)) + shown;
    last = found.index + found[0].length;
  }
  return written + withoutExpressions(text.slice(last));
}

/** The path of the placeholder in a text that consists of exactly one; `null` for any other text. */
export function onlyPlaceholder(text: string): (string | number)[] | null {
  const inner = /^\s*\{\{-?\s*([^{}]*?)\s*-?\}\}\s*$/.exec(text)?.[1];
  return inner !== undefined && path.test(inner) ? stepsOf(inner) : null;
}

function stepsOf(text: string): (string | number)[] {
  return [...text.matchAll(/\[(\d+)\]|\[["']([^"'\]]*)["']\]|([\w-]+)/g)].map(([, index, quoted, name = ""]) =>
    index === undefined ? (quoted ?? name) : Number(index),
  );
}

/** A text with expressions as one CEL expression. */
export function asExpression(written: string): string {
  const only = /^\$\{\{ ([^]*?) \}\}$/.exec(written)?.[1];
  if (only !== undefined && !only.includes("}}")) return only;
  const parts = written.split(/\$\{\{ ([^]*?) \}\}/);
  const shown = parts.map((part, index) =>
    index % 2 === 1 ? `string(${part})` : part === "" ? "" : JSON.stringify(part),
  );
  return shown.filter((part) => part !== "").join(" + ") || '""';
}

/** A part of a scenario with each expression replaced; `check` is itself an expression. */
export function withExpressions(value: unknown, change: (expression: string) => string, isCel = false): unknown {
  if (typeof value === "string") {
    if (isCel) return change(value);
    return value.replaceAll(/\$\{\{ ([^]*?) \}\}/g, (_, inner: string) => `\${{ ${change(inner)} }}`);
  }
  if (Array.isArray(value)) return value.map((each: unknown) => withExpressions(each, change, isCel));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, withExpressions(each, change, key === "check")]));
}
