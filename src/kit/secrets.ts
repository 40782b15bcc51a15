/** What must not be printed, and the way to keep it out of text: every text on its way to a person, a file or a log goes through it. */
export interface Secrets {
  /**
   * Adds a secret as it is. What stands for no secret, because it is short or a plain word (`none`, `ollama`, `unused`), is only hidden
   * where it is encoded: else it would be hidden in every text that happens to hold it.
   */
  add(this: void, secret: string): void;
  /** Adds a user and a password, as they stand before the `@` of a URL and in a Basic authorization. */
  addLogin(this: void, user: string, password: string): void;
  /** The text with `***` in place of every form of every secret. */
  redact(this: void, text: string): string;
  /** A JSON value with all its texts redacted; the very same value when there is nothing to hide. */
  redactJson<T>(this: void, value: T): T;
}

const shortest = 6;
const plainWord = /^[a-z]{1,8}$/;
const mask = "***";

export function createSecrets(): Secrets {
  const forms = new Set<string>();
  let pattern: RegExp | null = null;
  const learn = (secret: string) => {
    for (const form of formsOf(secret)) if (form.length >= shortest && !plainWord.test(form)) forms.add(form);
    // Longer forms first: one may hold another.
    const sources = [...forms].toSorted((a, b) => b.length - a.length).map(escape);
    pattern = sources.length === 0 ? null : new RegExp(sources.join("|"), "g");
  };
  const redact = (text: string) => (pattern === null ? text : text.replaceAll(pattern, mask));
  return {
    add: learn,
    addLogin(user, password) {
      learn(password === "" ? user : password);
      for (const each of [`${user}:${password}`, `${encodeURIComponent(user)}:${encodeURIComponent(password)}`])
        learn(each);
    },
    redact,
    redactJson: (value) => (pattern === null ? value : redactedValue(value, redact)),
  };
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

function redactedValue<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => redactedValue(each, redact)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [redact(key), redactedValue(each, redact)]),
  ) as T;
}
