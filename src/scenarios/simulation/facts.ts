/** Texts that look like facts: addresses of mail and of the web, words with digits in them, and numbers of two digits and more. */
const candidates =
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?:\/\/\S+|[\p{L}\p{N}](?:[\p{L}\p{N}._:/-]|,(?=\d))*[\p{L}\p{N}]|\p{N}/gu;

/** What has digits and is said by everybody: `1st`, `5pm`, `2x`. */
const common = /^\d(?:st|nd|rd|th|x|am|pm|h|min|d|days?|times?)?$/;

/** The texts in a message that look like facts, each as it is. */
function factsIn(text: string): string[] {
  return (text.normalize("NFKC").match(candidates) ?? []).filter(
    (each) => /\p{N}/u.test(each) || /@|^https?:/.test(each),
  );
}

/**
 * The first text in a message that looks like a fact and does not stand in what is known; `null` when there is none. A part of what is known is
 * known too, and so is the same number written in another way.
 */
export function unknownFact(message: string, known: readonly string[]): string | null {
  const facts = known.flatMap(factsIn);
  const words = facts.map(plain);
  const numbers = new Set(facts.flatMap(numbersOf));
  const isKnown = (fact: string) =>
    numbersOf(fact).some((number) => numbers.has(number)) || words.some((word) => word.includes(plain(fact)));
  return factsIn(message).find((fact) => !common.test(fact.toLowerCase()) && !isKnown(fact)) ?? null;
}

/** Without case, and without the marks that are written in one way or another. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}@]/gu, "");
}

/** What a text may mean as a number: marks for thousands and for decimals differ. */
function numbersOf(text: string): number[] {
  const readings = [text.replaceAll(",", ""), text.replaceAll(".", "").replace(",", ".")];
  return readings.filter((each) => /^\d+(?:\.\d+)?$/.test(each)).map(Number);
}
