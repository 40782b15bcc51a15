import { isDeepStrictEqual } from "node:util";
import { toMilliseconds } from "../../kit/duration.ts";
import { asList, isObject, type JsonObject } from "../../kit/json.ts";
import type { Path } from "../../project/project.ts";
import { callLosses } from "./calls.ts";
import { fragmentsIn, implies } from "./fragments.ts";
import { loss, shown, type Loss } from "./loss.ts";
import { isAsStrict } from "./strictness.ts";

/** Compares a key under a subject with the same key in the earlier suite. */
type Comparison = (before: unknown, after: unknown, at: Path) => Loss[];

const matcher: Comparison = (before, after, at) =>
  isAsStrict(before, after) ? [] : [loss("weakened", at, `${shown(before)} -> ${shown(after)}`)];

/** Compares numbers: higher, or lower, values are stricter. */
const number =
  (direction: "up" | "down", read: (value: never) => number): Comparison =>
  (before, after, at) => {
    const [one, other] = [read(before as never), read(after as never)];
    const isWeaker = direction === "up" ? other < one : other > one;
    return isWeaker ? [loss("weakened", at, `${shown(before)} -> ${shown(after)}`)] : [];
  };
const least = number("up", Number);
const most = number("down", Number);
const duration = number("down", toMilliseconds);

/** Compares lists of which all must hold: each entry, or a stricter one, must still exist. */
const all =
  (isSameOrMore: (after: unknown, before: unknown) => boolean, word = ""): Comparison =>
  (before, after, at) => {
    const there = listOf(after);
    return listOf(before)
      .filter((each) => !there.some((other) => isSameOrMore(other, each)))
      .map((each) => loss("removed", at, `${word}${shown(each)}`));
  };
const everyOf = all(isDeepStrictEqual);

const contains = all((after, before) => impliesWritten(after, before));
const notContains = all((after, before) => impliesWritten(before, after));
/** Compares lists of which one must hold: no new alternative may be accepted. */
const oneOf: Comparison = (before, after, at) =>
  listOf(after)
    .filter((each) => !listOf(before).some((other) => impliesWritten(each, other)))
    .map((each) => loss("weakened", at, `${shown(each)} is now also accepted`));

function impliesWritten(one: unknown, other: unknown): boolean {
  const [first] = fragmentsIn(one);
  const [second] = fragmentsIn(other);
  return first !== undefined && second !== undefined && implies(first, second);
}

const conjuncts: Comparison = (before, after, at) => {
  const split = (written: unknown) =>
    listOf(written).flatMap((each) =>
      String(each)
        .split("&&")
        .map((part) => part.trim()),
    );
  return everyOf(split(before), split(after), at);
};

const same: Comparison = (before, after, at) =>
  isDeepStrictEqual(before, after) ? [] : [loss("changed", at, `${shown(before)} -> ${shown(after)}`)];

const said = { contains, not_contains: notContains, any_of: oneOf, matches: everyOf, words: matcher };
const schemas: Record<string, Record<string, Comparison>> = {
  reply: said,
  commentary: said,
  tools: { max_calls: most, forbid: everyOf },
  json: { match: matcher },
  messages: { count: matcher },
  error: { code: matcher, message: matcher },
  citations: { min: least },
  files: { min: least },
  code: { contains, logs: matcher },
  time: { total: duration, first_token: duration },
  similar: { min: least },
  judge: { rubric: everyOf },
  check: { that: conjuncts },
  module: { file: everyOf },
};

/** Keys whose values have levels, the weakest first; the default applies when the key is absent. */
const levels: Record<string, { order: readonly unknown[]; default: unknown }> = {
  order: { order: ["any", "in_order", "exact"], default: "any" },
  extra: { order: ["allow", "forbid"], default: "allow" },
  severity: { order: ["warn", "gate"], default: "gate" },
};

/** Subjects whose entire value is a matcher. */
const matchers = new Set(["cost", "world"]);

/** Keys that do not affect what is expected. */
const silent = new Set(["script"]);

/** The long form of a subject that also has a short form. */
function longForm(subject: string, written: unknown): unknown {
  if (subject === "tools")
    return Array.isArray(written) ? { calls: written, ...(written.length === 0 && { extra: "forbid" }) } : written;
  const key = { status: "is", check: "that", judge: "rubric", module: "file" }[subject];
  return key === undefined || isObject(written) ? written : { [key]: written };
}

/** The lost expectations of one `expect`. `implied` are the expectations that apply when none are written. */
export function expectationLosses(
  before: Readonly<JsonObject> = {},
  after: Readonly<JsonObject> = {},
  at: Path,
  implied: Readonly<JsonObject> = {},
): Loss[] {
  const then = { ...implied, ...before };
  const now = { ...implied, ...after };
  return Object.entries(then).flatMap(([subject, written]): Loss[] => {
    const path = [...at, subject];
    if (!Object.hasOwn(now, subject)) return [loss("removed", path, `${subject} ${shown(written)}`)];
    return subjectLosses(subject, written, now[subject], path).map((each) =>
      asWritten(each, path, each.how === "removed" ? written : now[subject]),
    );
  });
}

/** A loss whose place is adapted to the short form of a subject, which lacks the key of the long form. */
function asWritten(lost: Loss, path: Path, written: unknown): Loss {
  return isObject(written) ? lost : { ...lost, at: lost.at.toSpliced(path.length, 1) };
}

function subjectLosses(subject: string, before: unknown, after: unknown, at: Path): Loss[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [then, now] = [longForm(subject, before), longForm(subject, after)];
  if (matchers.has(subject)) return withSeverity(then, now, at, (one, other) => matcher(one, other, at));
  if (subject === "usage") return withSeverity(then, now, at, (one, other) => keyLosses(one, other, at, () => matcher));
  const known = schemas[subject] ?? {};
  return withSeverity(then, now, at, (one, other) =>
    keyLosses(one, other, at, (key) => known[key] ?? fallback(subject, key, one)),
  );
}

/** Adds the loss of a gate that became a warning, which cannot fail a scenario. */
function withSeverity(
  before: unknown,
  after: unknown,
  at: Path,
  rest: (before: unknown, after: unknown) => Loss[],
): Loss[] {
  const [then, now] = [severityOf(before), severityOf(after)];
  if (then.severity === "gate" && now.severity === "warn")
    return [loss("weakened", [...at, "severity"], "a gate became a warning")];
  return rest(then.value, now.value);
}

function severityOf(written: unknown): { severity: "gate" | "warn"; value: unknown } {
  if (!isObject(written) || !Object.hasOwn(written, "severity")) return { severity: "gate", value: written };
  const { severity, ...value } = written;
  return { severity: severity === "warn" ? "warn" : "gate", value };
}

function keyLosses(before: unknown, after: unknown, at: Path, comparisonOf: (key: string) => Comparison): Loss[] {
  if (!isObject(before) || !isObject(after)) return same(before, after, at);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !silent.has(key));
  return keys.flatMap((key): Loss[] => {
    const path = [...at, key];
    const level = levels[key];
    const [then, now] = [before[key] ?? level?.default, after[key] ?? level?.default];
    if (isDeepStrictEqual(then, now)) return [];
    if (level !== undefined && level.order.includes(now)) {
      return level.order.indexOf(now) < level.order.indexOf(then)
        ? [loss("weakened", path, `${shown(then)} -> ${shown(now)}`)]
        : [];
    }
    if (then === undefined) return weakening.has(key) ? [loss("weakened", path, `${key} ${shown(now)} is new`)] : [];
    if (now === undefined) return weakening.has(key) ? [] : [loss("removed", path, `${key} ${shown(then)}`)];
    return comparisonOf(key)(then, now, path);
  });
}

/** Keys whose presence weakens an expectation. */
const weakening = new Set(["votes", "empty"]);

/** The comparison of values that no table covers: objects by key, lists as sets, anything else by equality. */
function fallback(subject: string, key: string, whole: unknown): Comparison {
  if (subject === "tools" && key === "calls") {
    const order = isObject(whole) ? whole["order"] : undefined;
    return (before, after, at) => callLosses(before, after, at, order === "in_order" || order === "exact");
  }
  if (key === "json" || key === "votes") {
    return (before, after, at) => keyLosses(before, after, at, (inner) => schemas[key]?.[inner] ?? same);
  }
  return (before, after, at) => {
    if (Array.isArray(before) && Array.isArray(after)) return everyOf(before, after, at);
    return isObject(before) && isObject(after) ? keyLosses(before, after, at, () => same) : same(before, after, at);
  };
}

function listOf(written: unknown): unknown[] {
  return Array.isArray(written) ? asList(written) : [written];
}
