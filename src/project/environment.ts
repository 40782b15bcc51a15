/** The variables of the process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Why a text with `${NAME}` has no value; `start` and `end` are the faulty span. */
export interface EnvironmentFault {
  kind: "fault";
  code: "missing_environment" | "bad_interpolation";
  message: string;
  hint?: string;
  start: number;
  end: number;
}

/**
 * Puts environment variables into a text by the rules of Docker Compose files: `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, `$$` for a dollar; with the
 * colon, an empty variable counts as unset, and what follows the operator may hold variables itself.
 * Unlike there, an unset variable without a default is a fault: an empty key or URL would only fail later.
 */
export function substitute(text: string, environment: Environment): { kind: "text"; text: string } | EnvironmentFault {
  let result = "";
  let from = 0;
  for (let dollar = text.indexOf("$"); dollar !== -1; dollar = text.indexOf("$", from)) {
    result += text.slice(from, dollar);
    const reference = readReference(text, dollar);
    if (!reference) return badReference(text, dollar);
    const value = valueOf(reference, environment, dollar);
    if (typeof value !== "string") return value;
    result += value;
    from = reference.end;
  }
  return { kind: "text", text: result + text.slice(from) };
}

interface Reference {
  /** Empty for `$$`. */
  name: string;
  operator: string;
  /** The text after the operator. */
  word: string;
  end: number;
}

function readReference(text: string, dollar: number): Reference | undefined {
  if (text[dollar + 1] === "$") return { name: "", operator: "", word: "", end: dollar + 2 };
  const braced = text[dollar + 1] === "{";
  const nameStart = dollar + (braced ? 2 : 1);
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(nameStart))?.[0];
  if (name === undefined) return undefined;
  const nameEnd = nameStart + name.length;
  if (!braced) return { name, operator: "", word: "", end: nameEnd };
  const close = closingBrace(text, nameEnd);
  const operator = /^(?::?[-?+])?/.exec(text.slice(nameEnd, close))?.[0] ?? "";
  if (close === -1 || (operator === "" && close !== nameEnd)) return undefined;
  return { name, operator, word: text.slice(nameEnd + operator.length, close), end: close + 1 };
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith("${", at)) depth += 1;
    else if (text[at] === "}" && depth === 0) return at;
    else if (text[at] === "}") depth -= 1;
  }
  return -1;
}

function valueOf(reference: Reference, environment: Environment, start: number): string | EnvironmentFault {
  const { name, operator, word, end } = reference;
  if (name === "") return "$";
  const value = environment[name];
  const isSet = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  if (operator.endsWith("+")) return isSet ? nested(word, environment, start, end) : "";
  if (isSet) return value ?? "";
  if (operator.endsWith("-")) return nested(word, environment, start, end);
  const reason = operator === "" ? "is not set" : word || "must be set";
  const message = operator === "" || word === "" ? `the environment variable ${name} ${reason}` : `${name}: ${reason}`;
  const hint = operator === "" ? `Set it, or write \${${name}:-} when it may be empty.` : `Set ${name}.`;
  return { kind: "fault", code: "missing_environment", message, hint, start, end };
}

function nested(word: string, environment: Environment, start: number, end: number): string | EnvironmentFault {
  const inner = substitute(word, environment);
  return inner.kind === "text" ? inner.text : { ...inner, start, end };
}

function badReference(text: string, start: number): EnvironmentFault {
  const isExpression = text.startsWith("${{", start);
  return {
    kind: "fault",
    code: "bad_interpolation",
    message: isExpression ? "expressions are not possible in playbill.yaml" : "this is not a reference to a variable",
    hint: isExpression
      ? "Write ${NAME} for an environment variable; ${{ }} belongs in assistants and scenarios."
      : "Write ${NAME}, ${NAME:-default} or ${NAME:?message}, and $$ for a dollar sign.",
    start,
    end: start + 1,
  };
}
