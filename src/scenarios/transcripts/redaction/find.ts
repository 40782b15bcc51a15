import { isObject } from "../../../kit/json.ts";
import type { RedactedKind } from "./kinds.ts";
import { commonWords, firstNames, noLastNames } from "./names.ts";

/** Texts of a conversation that are personal wherever they are in it, with what they are. */
export type FoundValues = Map<string, RedactedKind>;

/** A part of a name: a word that begins with a capital letter, or of letters that have none. */
const part = String.raw`\p{Lu}[\p{L}’'-]+`;
const person = `${part}(?: ${part}){0,2}`;
/** Words after which somebody's name comes, whatever it is. */
const introductions = new RegExp(
  String.raw`\b(?:[Nn]ame is|[Cc]all me|(?:[Mm]y name(?: is|['’]s)|[Mm]ein Name ist|[Ii]ch hei(?:ß|ss)e|[Jj]e m['’]appelle|[Mm]i nombre es|[Mm]e llamo|[Mm]i chiamo|[Mm]eu nome é)(?=\s))\s+(${person})`,
  "gu",
);
/** The same in small letters, as people type. */
const typed =
  /\b(?:my name(?: is|['’]s)|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mi nombre es|me llamo|mi chiamo|meu nome é)\s+(\p{Ll}{3,}(?: \p{Ll}{3,})?)/gu;
/** Somebody with the name that they have in a system: `Alice (alice59)`. */
const handles = new RegExp(String.raw`(?<![\p{L}\p{N}])(${part})(?: ${part})? \(([a-z][\w.]{2,30})\)`, "gu");
const mentions = new RegExp(String.raw`(?<![\p{L}\p{N}])${part}(?: ${part})*`, "gu");
const saidSecrets =
  /\b(?:password|passcode|passphrase|pin|cvv|cvc|api[ _-]?key|access token)\b(?: (?:is|should be|will be|to be|to|of))*\s*[:=]?\s*["'`]?([^\s"'`,;<>\d]{0,100}\d[^\s"'`,;<>]*)/gi;
const noNames = new Set(
  "and but from the not with here please for who that this also need your our their her his spelled listed correct wrong already still registered under misspelled".split(
    " ",
  ),
);

/** Adds what a text says of people: who introduces themselves, and names that begin with a known first name. */
export function findInText(text: string, found: FoundValues): void {
  for (const pattern of [introductions, typed])
    for (const [, name = ""] of text.matchAll(pattern)) addName(withoutTail(name), found);
  for (const [, first = "", handle = ""] of text.matchAll(handles))
    if (firstNames.has(first)) addExact("username", handle, found);
  for (const [words] of text.matchAll(mentions)) findAmong(words.split(" "), found);
  for (const [, secret = ""] of text.matchAll(saidSecrets)) addExact("key", secret.replace(/[.!?)]+$/, ""), found);
}

/** Finds names in words that all begin with a capital: each begins with a known first name. */
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

/** An introduction in small letters may go on with something else. */
function withoutTail(name: string): string {
  const words = name.split(" ");
  const end = words.findIndex((word) => noNames.has(word) || noLastNames.has(word));
  return (end < 0 ? words : words.slice(0, end)).join(" ");
}

/** A name counts as a whole, and its parts as far as they are not words of the language. */
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

/** What a field holds, by its key in small letters with `_` between words. */
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
/** What is beside a bare `name` when it is the name of a person. */
const personal =
  /^(?:.*_)?(?:e_?mail|phone|mobile|user_?name|first_name|last_name|password|birth\w*|dob|age|gender|address|passport\w*|ssn)$/;
const people =
  /user|customer|client|patient|contact|passenger|guest|employee|person|student|attendee|recipient|member|owner|holder|register|sign_?up|account/;

/** Adds what the fields of a value say of people. `about` is what the value is: the name of the tool, or the key that it is under. */
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
