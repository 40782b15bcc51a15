/** File names that Windows reserves, with any extension. */
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/;
const longest = 60;
/** Letters that cannot be reduced to a plain letter by removing a mark. */
const spelled: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * What a file is called whose object has this display name: lower case, ASCII letters and digits with hyphens between them, which every file
 * system takes. `fallback` for a name that has none of them.
 */
export function stemFrom(name: string | null, fallback: string): string {
  const plain = (name ?? "").slice(0, 1000).normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const ascii = plain.replaceAll(/[^a-z0-9]/gu, (letter) => spelled[letter] ?? letter);
  const words = ascii.replaceAll(/['’]/g, "").match(/[a-z0-9]+/g) ?? [];
  const stem = words.join("-").slice(0, longest).replace(/-+$/, "");
  return reserved.test(stem) ? `${stem}-${fallback}` : stem || fallback;
}

/** The file name of a tool: the name of its function, made valid for files. */
export function toolStemFrom(functionName: string): string {
  const stem = functionName
    .replaceAll(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, longest + 4);
  return reserved.test(stem.toLowerCase()) ? `${stem}-tool` : stem || "tool";
}

/** A stem, then the same stem with numbers: `support`, `support-2`, `support-3`. */
export function* candidates(stem: string): Generator<string> {
  yield stem;
  for (let count = 2; ; count += 1) yield `${stem}-${count}`;
}
