import { isObject } from "../../../kit/json.ts";
import type { SeenCall, SeenConversation, SeenOpening, SeenStep } from "../conversation.ts";
import { callsIn } from "../write/turn.ts";
import { isIban, isLuhn } from "./check-digits.ts";
import { type FoundValues, findInFields, findInText } from "./find.ts";
import type { RedactedKind } from "./kinds.ts";
import { createReplacements } from "./replacements.ts";

/** Replaces personal data in conversations; equal values get equal replacements in all of them. */
export interface Redactor {
  redact(this: void, conversation: SeenConversation): SeenConversation;
  /** The number of distinct values of each kind that were replaced so far. */
  counts(this: void): ReadonlyMap<RedactedKind, number>;
}

/** Kinds that are recognized by their form alone; the first match counts. */
const forms: readonly (readonly [RedactedKind, string])[] = [
  [
    "key",
    String.raw`\b(?:sk-[\w-]{16,}|sk_(?:live|test)_\w{16,}|gh[opsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|eyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*)|(?<=\bBearer )[\w.~+/-]{16,}=*`,
  ],
  ["email", String.raw`(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`],
  ["iban", String.raw`(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])`],
  ["card", String.raw`(?<![\p{L}\p{N}]|\d[-.])[2-6](?:[ -]?\d){12,18}(?![\p{L}\p{N}]|[-.]\d)`],
  ["national_id", String.raw`(?<![\p{L}\p{N}-])\d{3}-\d{2}-\d{4}(?![\p{L}\p{N}-])`],
  [
    "ip",
    String.raw`(?<![\p{L}\p{N}.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\p{L}\p{N}]|\.\d)`,
  ],
  [
    "ip",
    String.raw`(?<![\p{L}\p{N}:.])(?:(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6})(?![\p{L}\p{N}:])`,
  ],
  ["phone", String.raw`(?<![\p{L}\p{N}])\+\d{1,3}(?:[ ./-]?\(?\d{1,5}\)?){2,6}(?![\p{L}\p{N}])`],
  ["phone", String.raw`(?<![\p{L}\p{N}-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\p{L}\p{N}-])`],
  ["phone", String.raw`(?<![\p{L}\p{N}-])0\d{2,4}[ /]\d{3,4}[ -]?\d{3,5}(?![\p{L}\p{N}-])`],
];

const checks: Partial<Record<RedactedKind, (written: string) => boolean>> = {
  iban: (written) => isIban(written.replaceAll(" ", "")),
  card: (written) => isLuhn(written.replaceAll(/\D/g, "")) && !/^(?:0|127)\./.test(written),
  ip: (written) => !/^(?:127\.0\.0\.1|0\.0\.0\.0)$/.test(written),
  phone: (written) => written.replaceAll(/\D/g, "").length >= 8,
};

/** Creates a redactor that does not replace these kinds. */
export function createRedactor(keep: ReadonlySet<RedactedKind>): Redactor {
  const replacements = createReplacements();
  const own = forms.filter(([kind]) => !keep.has(kind));

  function textsOf(found: FoundValues): (text: string) => string {
    const exact = [...found].filter(([, kind]) => !keep.has(kind)).map(([value]) => value);
    const longestFirst = exact.toSorted((one, other) => other.length - one.length).map(escape);
    const whole = String.raw`(?<![\p{L}\p{N}])(?:${longestFirst.join("|")})(?![\p{L}\p{N}])`;
    // Known complete values come first: a password may look like anything.
    const sources = [...(exact.length === 0 ? [] : [whole]), ...own.map(([, source]) => source)];
    if (sources.length === 0) return (text) => text;
    const pattern = new RegExp(sources.map((source) => `(${source})`).join("|"), "gu");
    const offset = exact.length === 0 ? 0 : 1;
    return (text) =>
      text.replaceAll(pattern, (match: string, ...groups: unknown[]) => {
        const index = groups.findIndex((group) => group !== undefined);
        const kind = index < offset ? found.get(match) : own[index - offset]?.[0];
        if (kind === undefined || (index >= offset && checks[kind]?.(match) === false)) return match;
        return replacements.replace(kind, match);
      });
  }

  return {
    counts: replacements.counts,
    redact(conversation) {
      const found: FoundValues = new Map();
      eachText(conversation, (text) => findInText(text, found));
      for (const { name, args, outcome } of callsIn(conversation)) {
        findInFields(args, found, name);
        if (outcome?.kind === "result") findInFields(outcome.value, found, name);
      }
      const text = textsOf(found);
      return changed(conversation, text);
    },
  };
}

/** Calls `see` with every message text, and with every text in the arguments and results of tools. */
function eachText({ opening, turns }: SeenConversation, see: (text: string) => void): void {
  for (const each of opening) if (each.role !== "call") see(each.text);
  for (const { user, steps, end } of turns) {
    see(user);
    for (const step of steps) if (step.kind === "say" || step.kind === "refuse") see(step.text);
    if (end.kind === "failed") see(end.message);
  }
  const leaves = (value: unknown): void => {
    if (typeof value === "string") see(value);
    else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) leaves(each);
  };
  for (const { args, outcome } of callsIn({ opening, turns })) {
    leaves(args);
    if (outcome?.kind === "result") leaves(outcome.value);
  }
}

/** The conversation with every text changed. Names of tools and keys stay, except keys that are data. */
function changed(conversation: SeenConversation, text: (text: string) => string): SeenConversation {
  const value = <T>(given: T): T => changedValue(given, text) as T;
  const call = (each: SeenCall): SeenCall => ({ ...each, args: value(each.args), outcome: value(each.outcome) });
  const step = (each: SeenStep): SeenStep => {
    switch (each.kind) {
      case "say":
      case "refuse":
        return { ...each, text: text(each.text) };
      case "calls":
        return { ...each, calls: each.calls.map(call) };
      case "code":
        return { ...each, input: text(each.input), logs: text(each.logs) };
      case "search":
        return { ...each, query: text(each.query) };
    }
  };
  const opening = (each: SeenOpening): SeenOpening =>
    each.role === "call" ? { role: "call", ...call(each) } : { role: each.role, text: text(each.text) };
  const { name, instructions, turns } = conversation;
  return {
    ...conversation,
    name: name === null ? null : text(name),
    instructions: instructions === null ? null : text(instructions),
    opening: conversation.opening.map(opening),
    turns: turns.map((turn) => {
      const { user, steps, end } = turn;
      const redactedEnd = end.kind === "failed" ? { ...end, message: text(end.message) } : end;
      return Object.assign({}, turn, { user: text(user), steps: steps.map(step), end: redactedEnd });
    }),
  };
}

function changedValue(value: unknown, text: (text: string) => string): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return changedNumber(value, text);
  if (Array.isArray(value)) return value.map((each) => changedValue(each, text));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [
    /[@\d]/.test(key) ? text(key) : key,
    changedValue(each, text),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** Changes a number, which may be a card or phone number; the result is a number too. */
function changedNumber(value: number, text: (text: string) => string): number {
  if (!Number.isSafeInteger(value) || value < 100) return value;
  const made = text(String(value));
  return /^[1-9]\d*$/.test(made) ? Number(made) : value;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
