/** A term of a filter for scenarios. All terms must hold, but of several terms with the same key, one is enough. */
export type Term =
  /** Occurs in the id, the name, the file or the reason. */
  | { kind: "word"; text: string; negated: boolean }
  | { kind: "field"; field: FieldName; value: string; negated: boolean }
  | { kind: "measure"; measure: MeasureName; above: boolean; value: number; negated: boolean }
  | { kind: "change"; change: ChangeName; negated: boolean };

/** `status` and `tag` must match completely; the others match by a part. */
export type FieldName = "status" | "tag" | "file" | "assistant" | "owner" | "tool" | "text";
/** `time` in seconds, `cost` in US dollars. */
export type MeasureName = "time" | "cost";
/** The change of a scenario since the baseline. */
export type ChangeName = "worse" | "better" | "new" | "unsure" | "rewritten";

const keys: ReadonlyMap<string, FieldName> = new Map([
  ["s", "status"],
  ["tag", "tag"],
  ["f", "file"],
  ["a", "assistant"],
  ["o", "owner"],
  ["tool", "tool"],
  ["text", "text"],
]);
const written = new Map([...keys].map(([key, field]) => [field, key]));
const changeNames: readonly string[] = ["worse", "better", "new", "unsure", "rewritten"] satisfies ChangeName[];

/** A minus, a key with its operator or `@`, then a text in quotes or without spaces. */
const token = /(-?)(?:([a-z]+)([:<>])|(@))?(?:"((?:[^"\\]|\\.)*)"?|(\S+))/sy;
const space = /\s+/y;

/**
 * Reads a query such as `s:failed @smoke -f:old time>5s "late order"`. Any text is a valid query: anything but a known key is a word, and a
 * quoted text is always a word.
 */
export function parseQuery(query: string): Term[] {
  const terms: Term[] = [];
  for (let at = 0; at < query.length;) {
    space.lastIndex = at;
    if (space.test(query)) at = space.lastIndex;
    token.lastIndex = at;
    const match = token.exec(query);
    if (match === null) break;
    at = token.lastIndex;
    const [whole, minus, key, mark, tag, quoted, plain] = match;
    terms.push(termOf({ whole, negated: minus === "-", key: tag === undefined ? key : "tag", mark, quoted, plain }));
  }
  return terms;
}

interface Token {
  whole: string;
  negated: boolean;
  key: string | undefined;
  mark: string | undefined;
  quoted: string | undefined;
  plain: string | undefined;
}

function termOf({ whole, negated, key, mark, quoted, plain }: Token): Term {
  const value = quoted?.replaceAll(/\\(.)/gs, "$1") ?? plain;
  if (value === undefined) return { kind: "word", text: whole, negated: false };
  if (key === undefined) {
    return quoted === undefined && isChange(value)
      ? { kind: "change", change: value, negated }
      : { kind: "word", text: value, negated };
  }
  const field = keys.get(key);
  if (mark !== "<" && mark !== ">" && field !== undefined) return { kind: "field", field, value, negated };
  const number = measured(key, value);
  if (mark !== ":" && number !== null && (key === "time" || key === "cost")) {
    return { kind: "measure", measure: key, above: mark === ">", value: number, negated };
  }
  return { kind: "word", text: negated ? whole.slice(1) : whole, negated };
}

function isChange(value: string): value is ChangeName {
  return changeNames.includes(value);
}

const amount = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m)?$/;
const factors: Record<string, number> = { ms: 0.001, s: 1, m: 60 };

function measured(key: string, value: string): number | null {
  const [, digits, unit] = amount.exec(key === "cost" ? value.replace(/^\$/, "") : value) ?? [];
  if (digits === undefined || (key === "cost" && unit !== undefined)) return null;
  return Number(digits) * (factors[unit ?? "s"] ?? 1);
}

/** The query for these terms. */
export function formatQuery(terms: readonly Term[]): string {
  return terms.map(formatTerm).join(" ");
}

function formatTerm(term: Term): string {
  const minus = term.negated ? "-" : "";
  switch (term.kind) {
    case "word":
      return minus + (isPlainWord(term) ? term.text : quoted(term.text));
    case "field": {
      const key = term.field === "tag" ? "@" : `${written.get(term.field)}:`;
      return minus + key + (/^[^\s"]+$/.test(term.value) ? term.value : quoted(term.value));
    }
    case "measure":
      return `${minus}${term.measure}${term.above ? ">" : "<"}${decimal(term.value)}${term.measure === "time" ? "s" : ""}`;
    case "change":
      return minus + term.change;
  }
}

function isPlainWord({ text }: { text: string }): boolean {
  return /^[^\s"@-][^\s":<>]*$/.test(text) && !isChange(text);
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A number without an exponent, which queries do not support. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}

/** The query with a term added, or removed if present. */
export function toggleTerm(query: string, term: Term): string {
  const terms = parseQuery(query);
  const wanted = formatTerm(term);
  const others = terms.filter((each) => formatTerm(each) !== wanted);
  return formatQuery(others.length < terms.length ? others : [...terms, term]);
}

/** True when the query has that term. */
export function hasTerm(query: string, term: Term): boolean {
  const wanted = formatTerm(term);
  return parseQuery(query).some((each) => formatTerm(each) === wanted);
}
