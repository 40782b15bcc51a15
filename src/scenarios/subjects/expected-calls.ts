import { closed } from "../../project/schemas/common.ts";
import { keyDefaults } from "../../project/schemas/defaults.ts";
import type { Path } from "../../project/project.ts";
import { isObject } from "../../kit/json.ts";
import { resultOf } from "../../project/call-scope.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { show } from "../matcher/json.ts";
import { match, type Mismatch } from "../matcher/match.ts";
import { answerValue, type CallRecord } from "../record/record.ts";
import { Matcher, matcherFaults, neverFails, severity } from "./fragments.ts";
import type { Fault, Reference } from "./subject.ts";

/** One expected call: `name`, `name: matcher of the arguments`, or `name: { args, match, times, result }`. */
const Call = Type.Union([Type.String(), Type.Record(Type.String(), Matcher, { minProperties: 1, maxProperties: 1 })]);

const Calls = Type.Array(Call, {
  description: "Calls that must have been made: a name, or name: arguments.",
  examples: [["lookup_order"]],
});
/** The expectation `tools`, as it is written. */
export const Tools = Type.Union(
  [
    Calls,
    Type.Object(
      {
        order: Type.Optional(
          Type.Union([Type.Literal("any"), Type.Literal("in_order"), Type.Literal("exact")], {
            default: keyDefaults.expect.toolOrder,
            description:
              "any (default): the calls are among those made; in_order: in this order; exact: these and no others.",
          }),
        ),
        extra: Type.Optional(
          Type.Union([Type.Literal("allow"), Type.Literal("forbid")], {
            default: keyDefaults.expect.otherTools,
            description: "Whether other calls are allowed. Default: allow.",
          }),
        ),
        calls: Type.Optional(Calls),
        forbid: Type.Optional(
          Type.Array(Type.String(), {
            description: "Tools that must not be called: names or globs such as delete_*.",
            examples: [["delete_*"]],
          }),
        ),
        max_calls: Type.Optional(
          Type.Integer({ minimum: 0, description: "The maximum number of calls.", examples: [3] }),
        ),
        severity,
      },
      closed,
    ),
  ],
  {
    description: "The expected calls: a list, or { order, extra, calls, forbid, max_calls }.",
    examples: [["lookup_order"], [{ lookup_order: { id: "A-1001" } }]],
  },
);

/** One expected call. */
export interface ExpectedCall {
  name: string;
  args: unknown;
  isExact: boolean;
  /** A pattern of the tool's result; `undefined` when any result is accepted. */
  result: unknown;
  min: number;
  max: number;
  /** True when `times` is written; more calls are then too many. */
  isCounted: boolean;
  /** Relative to the `tools` expectation. */
  at: Path;
  /** The place of the matcher of the arguments. */
  argsAt: Path;
  /** True when its name is a key with a value. */
  isKey: boolean;
  faults: readonly Fault[];
}

/** Reads one expected call that is written at `at`. */
export function readCall(written: Static<typeof Call>, at: Path): ExpectedCall {
  const once = { isExact: false, result: undefined, min: 1, max: 1, isCounted: false, faults: [] };
  if (typeof written === "string") {
    return { ...once, name: written, args: { $ignore: true }, at, argsAt: at, isKey: false };
  }
  const [name = "", value] = Object.entries(written)[0] ?? [];
  const place = [...at, name];
  const about = { ...once, name, at: place, isKey: true };
  if (!isLongForm(value)) return { ...about, args: value ?? { $ignore: true }, argsAt: place };
  const times = value["times"] === undefined ? null : readTimes(value["times"]);
  return {
    ...about,
    ...times,
    args: value["args"] ?? { $ignore: true },
    argsAt: [...place, "args"],
    isExact: value["match"] === "exact",
    result: value["result"],
    isCounted: value["times"] !== undefined,
    faults: longFormFaults(value, place),
  };
}

/** References to the function that a call names, and to its arguments. */
export function callReferences({ name, at, isKey, args, argsAt, result }: ExpectedCall): Reference[] {
  // A call whose expected answer is an error may name a function that does not exist.
  if (isObject(result) && Object.hasOwn(result, "error")) return [];
  return [
    { kind: "function", name, at, place: isKey ? "key" : "value" },
    { kind: "arguments", of: name, written: args, at: argsAt },
  ];
}

/** The faults in how a call is written. */
export function callFaults({ args, argsAt, result, at, faults }: ExpectedCall): Fault[] {
  return [...matcherFaults(args, argsAt), ...matcherFaults(result, [...at, "result"]), ...faults];
}

/** The differences between a call and its expected arguments and result. */
export function differences(expected: ExpectedCall, call: CallRecord): Mismatch[] {
  const ofArgs = match(expected.args, call.args, { exact: expected.isExact });
  if (expected.result === undefined) return ofArgs;
  const ofResult = resultMisses(expected.result, call.outcome);
  return [
    ...ofArgs,
    ...ofResult.map(({ sentence, ...rest }) => Object.assign(rest, { sentence: `result: ${sentence}` })),
  ];
}

/** The mismatches of a result. A text that is JSON is parsed, as in expressions; a pattern may also match the text itself. */
function resultMisses(pattern: unknown, outcome: CallRecord["outcome"]): Mismatch[] {
  const value = answerValue(outcome);
  const misses = match(pattern, value);
  if (misses.length === 0 || typeof value !== "string") return misses;
  return match(pattern, resultOf(value));
}

/** How many times a call may happen, from `2`, `1..2`, `1..` or `..2`; `null` for anything else. */
function readTimes(written: unknown): { min: number; max: number } | null {
  if (typeof written === "number")
    return Number.isInteger(written) && written >= 0 ? { min: written, max: written } : null;
  const range = typeof written === "string" ? /^(\d*)\.\.(\d*)$/.exec(written) : null;
  if (range === null || written === "..") return null;
  const [, low, high] = range;
  const [min, max] = [Number(low), high === "" ? Infinity : Number(high)];
  return min <= max ? { min, max } : null;
}

const longKeys = new Set(["args", "match", "times", "result"]);

/** True when an expected call is `{ args, match, times, result }` rather than a pattern of the arguments. */
function isLongForm(written: unknown): written is Record<string, unknown> {
  if (!isObject(written)) return false;
  const keys = Object.keys(written);
  return keys.length > 0 && keys.every((key) => longKeys.has(key));
}

function longFormFaults({ times, match }: Record<string, unknown>, at: Path): Fault[] {
  const faults: Fault[] = [];
  if (times !== undefined && readTimes(times) === null) {
    const hint = "Write a number, or a range: 2, 1..2, 1.. or ..2.";
    faults.push({ at: [...at, "times"], code: "bad_times", message: `times cannot be ${show(times)}`, hint });
  }
  const range = times === undefined ? null : readTimes(times);
  if (range?.min === 0 && range.max === Infinity) {
    faults.push(neverFails([...at, "times"], "any number of calls matches", "Write 1.. for at least one call."));
  }
  if (match !== undefined && match !== "exact" && match !== "partial") {
    const hint = "Write exact or partial (the default).";
    faults.push({ at: [...at, "match"], code: "bad_match", message: `match cannot be ${show(match)}`, hint });
  }
  return faults;
}
