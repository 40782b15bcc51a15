/** A place in a text where a rule can be loosened. */
export interface Loosening {
  start: number;
  end: number;
  /** The replacement. */
  text: string;
  what: string;
}

/** Words that make a rule strict, with their weaker replacements. The first that matches at a place is used. */
const rewrites: readonly [pattern: string, weaker: string][] = [
  ["must not", "need not"],
  ["must never", "should rather not"],
  ["must", "may"],
  ["never", "try not to"],
  ["do not", "preferably do not"],
  ["don't", "preferably don't"],
  ["always", "usually"],
  ["required", "optional"],
  ["every", "almost every"],
  ["at most", "about"],
  ["at least", "about"],
  ["only", ""],
];

const words = new RegExp(
  `(?<![\\w-])(?:${rewrites.map(([from]) => from.replaceAll(" ", "\\s+")).join("|")})(?![\\w-])`,
  "gi",
);
/** A number that is a separate word: not part of a name, a version, a date or a link, and not the number of a list item. */
const numbers = /(?<![\w.,:/#-])\d+(?:\.\d+)?(?![\w:/-]|[.,]\d|[.)]\s)/g;
const expressions = /\$\{\{[^]*?\}\}/g;

/** Every loosening of a text, in order; each is one mutant. Expressions are not changed. */
export function looseningsOf(text: string): Loosening[] {
  const kept = [...text.matchAll(expressions)].map(({ index, 0: { length } }) => [index, index + length] as const);
  const isKept = (at: number) => kept.some(([start, end]) => at >= start && at < end);
  const found = [
    ...[...text.matchAll(words)].map(({ index, 0: found }) => wordLoosening(text, index, found)),
    ...[...text.matchAll(numbers)].map(({ index, 0: found }): Loosening => {
      const text = otherNumber(found);
      return { start: index, end: index + found.length, text, what: `${found} becomes ${text}` };
    }),
  ];
  return found.filter(({ start }) => !isKept(start)).toSorted((one, other) => one.start - other.start);
}

function wordLoosening(text: string, start: number, found: string): Loosening {
  const plain = found.toLowerCase().replaceAll(/\s+/g, " ");
  const weaker = rewrites.find(([from]) => from === plain)?.[1] ?? "";
  if (weaker !== "")
    return { start, end: start + found.length, text: likeFirst(found, weaker), what: `"${found}" becomes "${weaker}"` };
  const blanks = /^\s*/.exec(text.slice(start + found.length))?.[0].length ?? 0;
  return { start, end: start + found.length + blanks, text: "", what: `"${found}" is removed` };
}

/** The weaker words with a capital letter where the original had one. */
function likeFirst(found: string, weaker: string): string {
  const isCapital = found.charAt(0) !== found.charAt(0).toLowerCase();
  return isCapital ? weaker.charAt(0).toUpperCase() + weaker.slice(1) : weaker;
}

function otherNumber(written: string): string {
  return written.includes(".")
    ? String(Number(written) * 2)
    : String(BigInt(written) * 2n + (BigInt(written) === 0n ? 1n : 0n));
}
