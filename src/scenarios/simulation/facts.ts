/** Texts that look like facts: email and web addresses, words with digits, and numbers of at least two digits. */
const candidates =
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?:\/\/\S+|[\p{L}\p{N}](?:[\p{L}\p{N}._:/-]|,(?=\d))*[\p{L}\p{N}]|\p{N}/gu;

/** Common words with digits that anyone may use: `1st`, `5pm`, `2x`. */
const common = /^\d(?:st|nd|rd|th|x|am|pm|h|min|d|days?|times?)?$/;

/** The texts in a message that look like facts, as written. */
function factsIn(text: string): string[] {
  return (text.normalize("NFKC").match(candidates) ?? []).filter(
    (each) => /\p{N}/u.test(each) || /@|^https?:/.test(each),
  );
}

/**
 * The first text in a message that looks like a fact but is not known; `null` when there is none. A part of a known text is
 * known too, and so is the same number in another notation.
 */
export function unknownFact(message: string, known: readonly string[]): string | null {
  const facts = known.flatMap(factsIn);
  const words = facts.map(plain);
  const numbers = new Set(facts.flatMap(numbersOf));
  const isKnown = (fact: string) =>
    numbersOf(fact).some((number) => numbers.has(number)) || words.some((word) => word.includes(plain(fact)));
  return factsIn(message).find((fact) => !common.test(fact.toLowerCase()) && !isKnown(fact)) ?? null;
}

/** A text without case, and without punctuation that varies. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}@]/gu, "");
}

/** The numbers that a text may represent, because thousands and decimal separators differ. */
function numbersOf(text: string): number[] {
  const readings = [text.replaceAll(",", ""), text.replaceAll(".", "").replace(",", ".")];
  return readings.filter((each) => /^\d+(?:\.\d+)?$/.test(each)).map(Number);
}
