import { isObject } from "../../../kit/json.ts";
import type { RedactedKind } from "./kinds.ts";
import { commonWords, firstNames, noLastNames } from "./names.ts";

/** Personal texts that are replaced everywhere in a conversation, with their kinds. */
export type FoundValues = Map<string, RedactedKind>;

/** A part of a name: a word that begins with a capital letter. */
const part = String.raw`\p{Lu}[\p{L}’'-]+`;
const person = `${part}(?: ${part}){0,2}`;
/** Phrases that are followed by a person's name. */
const introductions = new RegExp(
  String.raw`\b(?:[Nn]ame is|[Cc]all me|(?:[Mm]y name(?: is|['’]s)|[Mm]ein Name ist|[Ii]ch hei(?:ß|ss)e|[Jj]e m['’]appelle|[Mm]i nombre es|[Mm]e llamo|[Mm]i chiamo|[Mm]eu nome é)(?=\s))\s+(${person})`,
  "gu",
);
/** The same phrases in lower case, as people type. */
const typed =
  /\b(?:my name(?: is|['’]s)|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mi nombre es|me llamo|mi chiamo|meu nome é)\s+(\p{Ll}{3,}(?: \p{Ll}{3,})?)/gu;
/** A person with a user name: `Alice (alice59)`. */
const handles = new RegExp(String.raw`(?<![\p{L}\p{N}])(${part})(?: ${part})? \(([a-z][\w.]{2,30})\)`, "gu");
const mentions = new RegExp(String.raw`(?<![\p{L}\p{N}])${part}(?: ${part})*`, "gu");
const saidSecrets =
  /\b(?:password|passcode|passphrase|pin|cvv|cvc|api[ _-]?key|access token)\b(?: (?:is|should be|will be|to be|to|of))*\s*[:=]?\s*["'`]?([^\s"'`,;<>\d]{0,100}\d[^\s"'`,;<>]*)/gi;
const noNames = new Set(
  "and but from the not with here please for who that this also need your our their her his spelled listed correct wrong already still registered under misspelled".split(
    " ",
  ),
);

/** Adds the personal data in a text: people who introduce themselves, and names that begin with a known first name. */
export function findInText(text: string, found: FoundValues): void {
  for (const pattern of [introductions, typed])
    for (const [, name = ""] of text.matchAll(pattern)) addName(withoutTail(name), found);
  for (const [, first = "", handle = ""] of text.matchAll(handles))
    if (firstNames.has(first)) addExact("username", handle, found);
  for (const [words] of text.matchAll(mentions)) findAmong(words.split(" "), found);
  for (const [, secret = ""] of text.matchAll(saidSecrets)) addExact("key", secret.replace(/[.!?)]+$/, ""), found);
}

/** Finds names in capitalized words: each begins with a known first name. */
function findAmong(words: readonly string[], found: FoundValues): void {
  let at = 0;
  while (at < words.length) {
    if (firstNames.has(words[at] ?? "")) {
      const more = words.slice(at + 1, at + 3);
      const end = more.findIndex((word) => noLastNames.has(word) || firstNames.has(word));
      const last = end < 0 ? more : more.slice(0, end);
      addName([words[at] ?? "", ...last].join(" "), found);
      at += last.length;
    }
    at += 1;
  }
}

/** The name without the words after it, because an introduction in lower case may continue with other words. */
function withoutTail(name: string): string {
  const words = name.split(" ");
  const end = words.findIndex((word) => noNames.has(word) || noLastNames.has(word));
  return (end < 0 ? words : words.slice(0, end)).join(" ");
}

/** Adds a full name, and those of its parts that are not ordinary words. */
function addName(name: string, found: FoundValues): void {
  const whole = name.trim().replace(/[’'-]s$/, "");
  if (whole.length < 2 || /\d|@/.test(whole)) return;
  addExact("name", whole, found);
  const parts = whole.split(/\s+/);
  if (parts.length > 1)
    for (const each of parts)
      if (each.length > 2 && !commonWords.has(each) && /^\p{Lu}/u.test(each)) addExact("name", each, found);
}

function addExact(kind: RedactedKind, value: string, found: FoundValues): void {
  if (value.length >= 3 && !found.has(value)) found.set(value, kind);
}

/** The kind of a field's value, by its key in snake case. */
const fields: readonly (readonly [RedactedKind, RegExp])[] = [
  [
    "key",
    /^(?:.*_)?(?:pass(?:word|wd|code|phrase)|secret|api_?key|access_?key|private_?key|auth(?:orization)?|pin|otp|cvv|cvc|security_code)$/,
  ],
  ["key", /^(?!.*page)(?:.*_)?token$/],
  ["username", /^(?:user_?name|login|screen_name|handle|user_handle)$/],
  ["email", /^(?:.*_)?e_?mail(?:_address)?$/],
  ["phone", /^(?:.*_)?(?:phone|mobile|telephone|tel|cell|fax|whatsapp)(?:_?(?:number|no))?$/],
  [
    "national_id",
    /^(?:ssn|social_security(?:_number)?|national_id|passport(?:_number|_no)?|tax_id|driver_?s?_licen[cs]e(?:_number)?)$/,
  ],
  [
    "address",
    /^(?!(?:ip|e?mail|mac|web|url)_)(?:.*_)?(?:address|street|address_?line_?\d?|addr|zip|zip_?code|post(?:al)?_?code)$/,
  ],
  [
    "name",
    /^(?:first|last|middle|given|family|full|customer|client|user|patient|contact|recipient|sender|passenger|guest|holder|account_holder|card_?holder|employee|owner|attendee|person|student|driver|host|tenant|legal|maiden)_?name$/,
  ],
  ["name", /^(?:surname|forename|cardholder)$/],
];
/** Keys beside a bare `name` that mark it as the name of a person. */
const personal =
  /^(?:.*_)?(?:e_?mail|phone|mobile|user_?name|first_name|last_name|password|birth\w*|dob|age|gender|address|passport\w*|ssn)$/;
const people =
  /user|customer|client|patient|contact|passenger|guest|employee|person|student|attendee|recipient|member|owner|holder|register|sign_?up|account/;

/** Adds the personal data in the fields of a value. `about` describes the value: the name of the tool, or the key of the value. */
export function findInFields(value: unknown, found: FoundValues, about: string): void {
  if (Array.isArray(value)) {
    for (const each of value) findInFields(each, found, about);
    return;
  }
  if (!isObject(value)) return;
  const keys = Object.keys(value).map(keyWords);
  const isPerson = keys.some((key) => personal.test(key)) || people.test(keyWords(about));
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === "string" || typeof each === "number") findInField(keyWords(key), String(each), isPerson, found);
    else findInFields(each, found, key);
  }
}

function findInField(key: string, value: string, isPerson: boolean, found: FoundValues): void {
  const kind = fields.find(([, pattern]) => pattern.test(key))?.[0];
  if (kind === "name") addName(value, found);
  else if (kind === "username" && /\s/.test(value)) addName(value, found);
  else if (kind === "key" || kind === "username") addExact(kind, value.trim(), found);
  else if (kind === "phone" && value.replaceAll(/\D/g, "").length >= 7) addExact(kind, value, found);
  else if (kind === "national_id" && /\d/.test(value)) addExact(kind, value, found);
  else if (kind === "address" && /\d/.test(value)) addExact(kind, value, found);
  else if (key === "name" && isPerson && isPersonLike(value)) addName(value, found);
}

function isPersonLike(value: string): boolean {
  return new RegExp(`^${person}$`, "u").test(value);
}

/** `firstName`, `First Name` and `first-name` are `first_name`. */
function keyWords(key: string): string {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}
