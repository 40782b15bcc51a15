import { sha256 } from "./hash.ts";
import { printable, printableLine } from "./terminal-text.ts";

/** What must not be printed, and the way to keep it out of text: every text on its way to a person, a file or a log goes through it. */
export interface Secrets {
  /**
   * Adds a secret as it is. What stands for no secret, because it is short or a plain word (`none`, `ollama`, `unused`), is only hidden
   * where it is encoded: else it would be hidden in every text that happens to hold it. `shown` is what takes its place, else `***`.
   */
  add(this: void, secret: string, shown?: string): void;
  /** Adds a user and a password, as they are before the `@` of a URL and in a Basic authorization. */
  addLogin(this: void, user: string, password: string): void;
  /** The text with `***`, or what is shown instead, in place of every form of every secret, and of what a cut with "…" left of one. */
  redact(this: void, text: string): string;
  /** A JSON value with all its texts redacted; the very same value when there is nothing to hide. */
  redactJson<T>(this: void, value: T): T;
  /** The other way round, for what is shown instead of one secret only: the value that it stands for. `***` stays. */
  revealJson<T>(this: void, value: T): T;
}

/** What is shorter is hidden nowhere, and of it nobody can say that it is a part of a secret. */
const shortest = 6;
const plainWord = /^[a-z]{1,8}$/;
const mask = "***";

/** Secrets of which none is known yet. */
export function createSecrets(): Secrets {
  const forms = new Map<string, string>();
  const texts = new Map<string, string>();
  const revealed = new Map<string, string>();
  let pattern: RegExp | null = null;
  let inJson: RegExp | null = null;
  let isStale = false;
  const learn = (secret: string, shown = mask) => {
    if (shown !== mask && revealed.has(shown)) return;
    if (shown !== mask) revealed.set(shown, secret);
    for (const form of formsOf(secret)) if (isHideable(form) && !forms.has(form)) forms.set(form, shown);
    for (const text of [secret.trim(), JSON.stringify(secret.trim()).slice(1, -1)])
      if (isHideable(text) && !texts.has(text)) texts.set(text, shown);
    isStale = true;
  };
  /** Made when it is first needed: a project may have thousands of sensitive texts. */
  const patternNow = (): RegExp | null => {
    if (!isStale) return pattern;
    isStale = false;
    // Longer forms first: one may hold another.
    const sources = [...forms.keys()].toSorted((a, b) => b.length - a.length).map(escape);
    pattern = sources.length === 0 ? null : new RegExp(sources.join("|"), "g");
    inJson = new RegExp([...forms.keys()].map((form) => escape(JSON.stringify(form).slice(1, -1))).join("|"));
    return pattern;
  };
  /** True for a value that holds something to hide, or may do so: nearly every plan holds nothing, and looking at its JSON is soon done. */
  const mayHold = (value: unknown): boolean => {
    if (patternNow() === null) return false;
    const text = JSON.stringify(value) ?? "";
    return inJson?.test(text) === true || mayBeCut(text);
  };
  const redact = (text: string) => {
    const found = patternNow();
    if (found === null) return text;
    // What is left of one may hold another one whole.
    return withoutRemains(text, texts).replaceAll(found, (form) => forms.get(form) ?? mask);
  };
  const reveal = (text: string) => text.replaceAll(sensitiveMark, (found) => revealed.get(found) ?? found);
  return {
    add: learn,
    addLogin(user, password) {
      learn(password === "" ? user : password);
      for (const each of [`${user}:${password}`, `${encodeURIComponent(user)}:${encodeURIComponent(password)}`])
        learn(each);
    },
    redact,
    redactJson: (value) => (mayHold(value) ? changedTexts(value, redact) : value),
    revealJson: (value) => (revealed.size === 0 ? value : changedTexts(value, reveal)),
  };
}

/** True for a text that can be hidden wherever it appears: a short one, or a plain word, would be hidden in texts that merely hold it. */
export function isHideable(text: string): boolean {
  return text.length >= shortest && !plainWord.test(text);
}

/** What is shown of a value instead of the value: the beginning of its SHA-256, so that two can be told apart. */
export function sensitiveShown(value: string): string {
  return `(sensitive, sha256 ${sha256(value).slice(0, 12)})`;
}

const sensitiveMark = /\(sensitive, sha256 [0-9a-f]{12}\)/g;

/** The same value with `***` for what `sensitiveShown` gave, so that nothing is left of it. */
export function sensitiveMasked<T>(value: T): T {
  return changedTexts(value, (text) => text.replaceAll(sensitiveMark, mask));
}

/** Every form in which code here, or a server that repeats what it was sent, may write a secret. */
export function formsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  const texts = [...new Set([secret, secret.trim(), ...lines])].filter((text) => text !== "");
  const written = texts.flatMap((text) => [text, ...escapedForms(text)]);
  const encoded = texts.flatMap((text) => base64Forms(text));
  return [...new Set([...written, ...encoded])];
}

function escapedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  const plain = Array.from(text, (character) => `%${hexOf(character)}`).join("");
  return [
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    url.replaceAll("%20", "+"),
    new URLSearchParams([["", text]]).toString().slice(1),
    url.replaceAll(/%[0-9A-F]{2}/g, (each) => each.toLowerCase()),
    // `URL` leaves some characters of a user and a password alone that `encodeURIComponent` does not, and the other way round.
    encodeURI(text),
    userInfo(text),
    plain,
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
    text.replaceAll(/[\r\n\t]/g, (each) => `\\u${hexOf(each).toLowerCase().padStart(4, "0")}`),
    text.replaceAll(/[\r\n]+/g, " "),
    text.replaceAll("'", "''"),
    printable(text),
    printableLine(text),
  ];
}

function userInfo(text: string): string {
  const url = new URL("http://host/");
  url.password = text;
  return url.password;
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0");
}

function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return [
    bytes.toString("base64"),
    bytes.toString("base64").replaceAll("=", ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

/** The value itself where nothing in it changes: it may be a plan of thousands of objects, and nearly all texts stay. */
function changedTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const changed: unknown[] = value.map((each: unknown) => changedTexts(each, change));
    return changed.some((each, index) => each !== value[index]) ? (changed as T) : value;
  }
  const entries = Object.entries(value).map(
    ([key, each]: [string, unknown]) => [key, change(key), each, changedTexts(each, change)] as const,
  );
  if (entries.every(([key, shown, each, changed]) => shown === key && changed === each)) return value;
  return Object.fromEntries(entries.map(([, shown, , changed]) => [shown, changed])) as T;
}

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
