/** Characters that look alike, mapped to the most common one. */
const alike: Record<string, string> = {
  "\u2010": "-",
  "\u2011": "-",
  "\u2012": "-",
  "\u2013": "-",
  "\u2014": "-",
  "\u2212": "-",
  "\u2018": "'",
  "\u2019": "'",
  "\u02bc": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u201e": '"',
  "\u0430": "a",
  "\u0435": "e",
  "\u043e": "o",
  "\u0440": "p",
  "\u0441": "c",
  "\u0445": "x",
  "\u0443": "y",
  "\u0456": "i",
  "\u03bf": "o",
  "\u03b1": "a",
};

/** The maximum length of a text that is searched, in characters. */
const longest = 1_000_000;

/** The part of a text that looks like another text: equal except for whitespace, invisible characters, case and look-alike characters. `null` when there is none. */
export function nearestPart(part: string, text: string): string | null {
  if (part === "" || text.length > longest) return null;
  const wanted = skeletonOf(part).text.trim();
  if (wanted === "") return null;
  const { text: skeleton, starts } = skeletonOf(text);
  const at = skeleton.indexOf(wanted);
  if (at < 0) return null;
  const start = starts[at] ?? 0;
  const end = starts[at + wanted.length] ?? text.length;
  return text.slice(start, end).trimEnd();
}

/** A text reduced to what is visually distinct, with the position of each of its characters in the original text. */
function skeletonOf(text: string): { text: string; starts: number[] } {
  const starts: number[] = [];
  let skeleton = "";
  let at = 0;
  for (const character of text) {
    const seen = seenAs(character);
    const isRun = seen === " " && skeleton.endsWith(" ");
    if (seen !== "" && !isRun) {
      for (let unit = 0; unit < seen.length; unit += 1) starts.push(at);
      skeleton += seen;
    }
    at += character.length;
  }
  return { text: skeleton, starts };
}

function seenAs(character: string): string {
  if (/\s/u.test(character)) return " ";
  if (/\p{Default_Ignorable_Code_Point}|\p{Cf}/u.test(character)) return "";
  const lower = character.normalize("NFKC").toLowerCase();
  return alike[lower] ?? lower;
}
