import { sha256 } from "../../../kit/hash.ts";
import { ibanOf, withLuhn } from "./check-digits.ts";
import type { RedactedKind } from "./kinds.ts";
import { givenFirst, givenLast } from "./names.ts";

/** Replaces values consistently, keeping their form. The same values in the same order get the same replacements. */
export interface Replacements {
  /** `written` is the value as written: spaces and dashes keep their positions. */
  replace(this: void, kind: RedactedKind, written: string): string;
  /** The number of distinct values of each kind that were replaced. */
  counts(this: void): ReadonlyMap<RedactedKind, number>;
}

/** Creates an empty set of replacements. */
export function createReplacements(): Replacements {
  const known = new Map<string, string>();
  const counts = new Map<RedactedKind, number>();
  const parts = new Map<string, string>();
  const pools = { first: 0, last: 0 };

  function once(kind: RedactedKind, key: string, make: (count: number) => string): string {
    const found = known.get(`${kind} ${key}`);
    if (found !== undefined) return found;
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const made = make(count);
    known.set(`${kind} ${key}`, made);
    return made;
  }

  /** The replacement for a part of a name, so that a person's first name is replaced equally with and without the last name. */
  function namePart(part: string, isFirst: boolean): string {
    const key = part.toLowerCase();
    const found = parts.get(key);
    if (found !== undefined) return found;
    const pool = isFirst ? "first" : "last";
    const made = pick(isFirst ? givenFirst : givenLast, pools[pool]);
    pools[pool] += 1;
    parts.set(key, made);
    return made;
  }

  function nameOf(written: string): string {
    const words = written.split(/(\s+)/);
    const made = words.map((word, index) => (/\p{L}/u.test(word) ? namePart(word, index === 0) : word)).join("");
    return written === written.toLowerCase() ? made.toLowerCase() : made;
  }

  return {
    counts: () => counts,
    replace(kind, written) {
      switch (kind) {
        case "name":
          return once(kind, written, () => nameOf(written));
        case "username":
          return once(kind, written, (count) => `user${1001 + count}`);
        case "email":
          return once(kind, written.toLowerCase(), mailOf);
        case "phone":
          return inForm(
            written,
            once(kind, digitsOf(written), (count) => phoneOf(digitsOf(written), count)),
          );
        case "card":
          return inForm(
            written,
            once(kind, digitsOf(written), (count) => cardOf(digitsOf(written), count)),
          );
        case "iban":
          return inForm(
            written,
            once(kind, lettersOf(written), (count) => accountOf(lettersOf(written), count)),
          );
        case "address":
          return once(kind, written, (count) =>
            /[\s,]/.test(written) && /\p{L}{3}/u.test(written)
              ? `${12 + count} Example Street`
              : sameShape(written, `${kind} ${count}`),
          );
        case "national_id":
          return inForm(
            written,
            once(kind, lettersOf(written), (count) => sameShape(lettersOf(written), `${kind} ${count}`)),
          );
        case "ip":
          return once(kind, written, (count) => addressOf(written, count));
        case "key":
          return once(kind, written, (count) => keyOf(written, count));
      }
    },
  };
}

/** A name from the pool; when the pool is used up, names get a letter as a suffix. */
function pick(pool: readonly string[], count: number): string {
  const round = Math.floor(count / pool.length);
  const base = pool[count % pool.length] ?? "";
  return round === 0 ? base : base + letters(round);
}

function letters(count: number): string {
  return count === 0 ? "" : letters(Math.floor((count - 1) / 26)) + String.fromCharCode(97 + ((count - 1) % 26));
}

const digitsOf = (text: string) => text.replaceAll(/\D/g, "");
const lettersOf = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, "");

/** The characters in the form of another text, whose characters other than letters and digits are kept. */
function inForm(form: string, characters: string): string {
  let at = 0;
  return form.replaceAll(/[A-Za-z0-9]/g, (old) => characters[at++] ?? old);
}

function mailOf(count: number): string {
  const first = pick(givenFirst, count).toLowerCase();
  const last = pick(givenLast, Math.floor(count / givenFirst.length) + count).toLowerCase();
  return `${first}.${last}@example.com`;
}

/** The replacement for a phone number. North American numbers get one reserved for fiction (555-0100 to 555-0199); others keep their first digits. */
function phoneOf(digits: string, count: number): string {
  const isAmerican = digits.length === 10 || (digits.length === 11 && digits.startsWith("1"));
  const number = String(count % 100).padStart(2, "0");
  if (isAmerican) return `${digits.slice(0, -10)}${202 + Math.floor(count / 100)}55501${number}`;
  if (digits.length === 7) return `55501${number}`;
  const end = String(count)
    .padStart(3, "0")
    .slice(-Math.max(1, digits.length - 5));
  const start = digits.slice(0, Math.min(3, digits.length - end.length));
  return start + "5".repeat(digits.length - start.length - end.length) + end;
}

/** The replacement for a card number, which keeps the first digit (the brand) and the last four, which receipts show. */
function cardOf(digits: string, count: number): string {
  const middle = String(count).padStart(digits.length - 6, "0");
  const made = `${digits[0]}0${middle}${digits.slice(-4)}`;
  return withLuhn(made, 1);
}

function accountOf(iban: string, count: number): string {
  return ibanOf(iban.slice(0, 2), sameShape(iban.slice(4), `iban ${count}`));
}

/** An IP address reserved for documentation: RFC 5737, RFC 3849. */
function addressOf(written: string, count: number): string {
  if (written.includes(":")) return `2001:db8::${(count + 1).toString(16)}`;
  const nets = ["192.0.2", "198.51.100", "203.0.113"];
  return `${nets[Math.floor(count / 254) % nets.length]}.${(count % 254) + 1}`;
}

/** The replacement for a key, which keeps its prefix (`sk-`, `ghp_`) and its length. */
function keyOf(written: string, count: number): string {
  const prefix =
    /^(?:sk-(?:proj-|ant-)?|sk_(?:live|test)_|gh[opsu]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|eyJ)/.exec(
      written,
    )?.[0] ?? "";
  return prefix + sameShape(written.slice(prefix.length), `key ${count}`);
}

/** A text of the same shape: letters become letters, digits become digits, anything else stays. `seed` determines which. */
function sameShape(text: string, seed: string): string {
  let bytes = "";
  let at = 0;
  const next = () => {
    if (at + 2 > bytes.length) bytes += sha256(`${seed} ${bytes.length}`);
    at += 2;
    return Number.parseInt(bytes.slice(at - 2, at), 16);
  };
  const from = (first: string, count: number) => String.fromCharCode(first.charCodeAt(0) + (next() % count));
  // Hexadecimal text stays hexadecimal.
  const count = /^[0-9a-f-]+$/i.test(text) ? 6 : 26;
  return text
    .replaceAll(/[a-z]/g, () => from("a", count))
    .replaceAll(/[A-Z]/g, () => from("A", count))
    .replaceAll(/[0-9]/g, () => from("0", 10));
}
