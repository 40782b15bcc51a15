/** Facts from tool answers, to be found in replies. */
export interface KnownFacts {
  /** Absolute values. */
  numbers: Set<number>;
  /** Words with a digit in them. */
  ids: Set<string>;
  /** Days without the year, such as `09-12`. */
  days: Set<string>;
  /** Times such as `07:30`. */
  times: Set<string>;
}

/** Creates an empty set of facts. */
export function createFacts(): KnownFacts {
  return { numbers: new Set(), ids: new Set(), days: new Set(), times: new Set() };
}

/** A word, including the punctuation inside numbers, ids, dates and addresses. */
const word = /(?<![\p{L}\p{N}_])[\p{L}\p{N}](?:[\p{L}\p{N}_]|[-.,:@/+'’](?=[\p{L}\p{N}]))*/gu;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
const namedDay = new RegExp(
  `\\b(${month}) (\\d{1,2})(?!\\d)|\\b(\\d{1,2})(?:st|nd|rd|th|\\.)? (?:of )?(${month})\\b`,
  "gi",
);

/** Adds the facts in values returned by tools. */
export function learnFacts(known: KnownFacts, values: readonly unknown[]): void {
  for (const value of leavesOf(values)) {
    if (typeof value === "number") known.numbers.add(Math.abs(value));
    if (typeof value !== "string") continue;
    for (const [found] of value.matchAll(word)) learnWord(known, found);
    for (const found of value.matchAll(namedDay)) known.days.add(dayOf(found));
  }
}

/** The maximum number of facts expected of one reply; the longest are the most specific. */
const most = 8;

/** The facts that a reply repeats (numbers, ids, dates and times) as written in the reply, each once, in order. */
export function factsIn(reply: string, known: KnownFacts): string[] {
  const words = [...reply.matchAll(word)].flatMap((found) =>
    isKnown(found[0], known) && !isListNumber(reply, found.index, found[0])
      ? [{ text: found[0], at: found.index }]
      : [],
  );
  const days = [...reply.matchAll(namedDay)].flatMap((found) =>
    known.days.has(dayOf(found)) ? [{ text: found[0], at: found.index }] : [],
  );
  const apart = words.filter(({ at }) => !days.some((day) => day.at <= at && at < day.at + day.text.length));
  const all = [...apart, ...days].toSorted((one, other) => one.at - other.at).map(({ text }) => text);
  const once = [...new Set(all)];
  const longest = new Set(once.toSorted((one, other) => other.length - one.length).slice(0, most));
  return once.filter((text) => longest.has(text));
}

function learnWord(known: KnownFacts, found: string): void {
  const number = numberOf(found);
  if (number !== null) known.numbers.add(number);
  if (/\d/.test(found)) known.ids.add(found);
  const date = /^\d{4}-(\d\d-\d\d)(?:T(\d\d:\d\d))?/.exec(found);
  if (date?.[1] !== undefined) {
    known.days.add(date[1]);
    known.ids.add(found.slice(0, "2026-11-26".length));
  }
  const time = date?.[2] ?? timeOf(found);
  if (time !== null) known.times.add(time);
}

function isKnown(found: string, { numbers, ids, times }: KnownFacts): boolean {
  if (!/\d/.test(found)) return false;
  const [number, time] = [numberOf(found), timeOf(found)];
  return ids.has(found) || (number !== null && numbers.has(number)) || (time !== null && times.has(time));
}

/** `1,234.50` and `1234.5` are one number; a word that is not a number is `null`. */
function numberOf(found: string): number | null {
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(found) ? found.replaceAll(",", "") : found;
  return /^\d{1,15}(?:\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** The time of day in a word, such as `07:30`; seconds are ignored. */
function timeOf(found: string): string | null {
  const [, hour = "", minute = "", half = ""] = /^(\d{1,2}):(\d\d)(?::\d\d)?(am|pm)?$/i.exec(found) ?? [];
  if (hour === "") return null;
  const hours = half.toLowerCase() === "pm" && Number(hour) < 12 ? Number(hour) + 12 : Number(hour);
  return `${String(hours).padStart(2, "0")}:${minute}`;
}

function dayOf([, first, firstDay, secondDay, second]: RegExpMatchArray): string {
  const number = months.indexOf((first ?? second ?? "").slice(0, 3).toLowerCase()) + 1;
  return `${String(number).padStart(2, "0")}-${(firstDay ?? secondDay ?? "").padStart(2, "0")}`;
}

/** True for `1.` at the beginning of a line, which numbers a list item and is not a fact. */
function isListNumber(reply: string, at: number, found: string): boolean {
  if (!/^\d{1,2}$/.test(found) || !/^[.)]/.test(reply.slice(at + found.length))) return false;
  return /^[\s#*>-]*$/.test(reply.slice(reply.lastIndexOf("\n", at - 1) + 1, at));
}

function* leavesOf(value: unknown): Generator {
  if (typeof value !== "object" || value === null) yield value;
  else for (const each of Object.values(value)) yield* leavesOf(each);
}
