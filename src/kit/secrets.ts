import { sha256 } from "./hash.ts";
import { printable, printableLine } from "./terminal-text.ts";

/** The values that must not be printed, and their redaction: every text for a person, a file or a log goes through it. */
export interface Secrets {
  /**
   * Adds a secret in plain form. A value that is hardly a secret, because it is short or a plain word (`none`, `ollama`, `unused`), is hidden only
   * where it is encoded: otherwise it would be hidden in every text that happens to contain it. `shown` replaces it, by default `***`.
   */
  add(this: void, secret: string, shown?: string): void;
  /** Adds a user and a password, as in a URL before the `@` and in Basic authorization. */
  addLogin(this: void, user: string, password: string): void;
  /** The text with every form of every secret, and the remains of secrets cut with "…", replaced by `***` or by what is shown instead. */
  redact(this: void, text: string): string;
  /** A JSON value with all its texts redacted; the identical value when there is nothing to hide. */
  redactJson<T>(this: void, value: T): T;
  /** The inverse, for texts that are shown instead of exactly one secret. `***` stays. */
  revealJson<T>(this: void, value: T): T;
}

/** Shorter texts are never hidden, and never recognized as part of a secret. */
const shortest = 6;
const plainWord = /^[a-z]{1,8}$/;
const mask = "***";

/** Creates an empty set of secrets. */
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
  /** The pattern, built on demand: a project may have thousands of sensitive texts. */
  const patternNow = (): RegExp | null => {
    if (!isStale) return pattern;
    isStale = false;
    // Longer forms first: one may contain another.
    const sources = [...forms.keys()].toSorted((a, b) => b.length - a.length).map(escape);
    pattern = sources.length === 0 ? null : new RegExp(sources.join("|"), "g");
    inJson = new RegExp([...forms.keys()].map((form) => escape(JSON.stringify(form).slice(1, -1))).join("|"));
    return pattern;
  };
  /** True for a value that may contain something to hide. Nearly every plan contains nothing, and checking its JSON is fast. */
  const mayHold = (value: unknown): boolean => {
    if (patternNow() === null) return false;
    const text = JSON.stringify(value) ?? "";
    return inJson?.test(text) === true || mayBeCut(text);
  };
  const redact = (text: string) => {
    const found = patternNow();
    if (found === null) return text;
    // The remains of one secret may contain another complete one.
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

/** True for a text that can be hidden wherever it appears: a short text or a plain word would be hidden in unrelated texts. */
export function isHideable(text: string): boolean {
  return text.length >= shortest && !plainWord.test(text);
}

/** What is shown instead of a value: the beginning of its SHA-256, so that two values can be distinguished. */
export function sensitiveShown(value: string): string {
  return `(sensitive, sha256 ${sha256(value).slice(0, 12)})`;
}

const sensitiveMark = /\(sensitive, sha256 [0-9a-f]{12}\)/g;

/** The same value with `***` for the results of `sensitiveShown`, so that nothing is left of them. */
export function sensitiveMasked<T>(value: T): T {
  return changedTexts(value, (text) => text.replaceAll(sensitiveMark, mask));
}

/** Every form in which our code, or a server that repeats what it was sent, may write a secret. */
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
    // `URL` and `encodeURIComponent` encode different characters of a user and a password.
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

/** Changes all texts of a value; returns the identical value when nothing changes, since a plan may have thousands of objects. */
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
 * The text without the remains of cut secrets: "…" marks left-out characters; the text before it may be the
 * beginning of a secret, the text after it the end of one, and text between two of them a part of its middle. `secrets` has what to show
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

/** The number of characters at a text's end that are the beginning of a secret. */
function longestEnd(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length); length >= shortest; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

/** The number of characters at a text's beginning that are the end of a secret. */
function longestBegin(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length); length >= shortest; length -= 1)
    if (text.startsWith(secret.slice(-length))) return length;
  return 0;
}
