/** Of what is shorter, nobody can say that it is a part of a secret. */
const shortest = 6;
const cut = /(…|\.\.\.)/;

/** True for a text in which characters may have been left out. */
export function mayBeCut(text: string): boolean {
  return text.includes("…") || text.includes("...");
}

/**
 * A text in which nothing is left of secrets that were cut: where characters were left out, "…" stands, and what is before it may be the
 * beginning of a secret, what is after it the end of one, and what is between two of them a part of its middle. `secrets` has what to show
 * instead of each.
 */
export function withoutRemains(text: string, secrets: ReadonlyMap<string, string>): string {
  if (!mayBeCut(text)) return text;
  const parts = text.split(cut);
  return parts
    .map((part, index) => (index % 2 === 1 ? part : withoutEnds(part, index > 0, index < parts.length - 1, secrets)))
    .join("");
}

function withoutEnds(part: string, isAfter: boolean, isBefore: boolean, secrets: ReadonlyMap<string, string>): string {
  let left = part;
  for (const [secret, shown] of secrets) {
    if (isAfter && isBefore && left.length >= shortest && secret.includes(left)) return shown;
    const begun = isBefore ? longestEnd(left, secret) : 0;
    if (begun > 0) left = left.slice(0, -begun) + shown;
    const ended = isAfter ? longestBegin(left, secret) : 0;
    if (ended > 0) left = shown + left.slice(ended);
  }
  return left;
}

/** How many characters at a text's end are the beginning of a secret. */
function longestEnd(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length); length >= shortest; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

/** How many characters at a text's beginning are the end of a secret. */
function longestBegin(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length); length >= shortest; length -= 1)
    if (text.startsWith(secret.slice(-length))) return length;
  return 0;
}
