import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import type { Path } from "../../project/project.ts";
import { match, type Mismatch } from "../matcher/match.ts";
import { answerValue, type CallRecord } from "../record.ts";
import { isObject } from "../../kit/json.ts";

type WrittenTools = NonNullable<WrittenTurnExpectations["tools"]>;
type LongTools = Exclude<WrittenTools, unknown[]>;

/** What is expected of tools, written the long way. */
export interface ExpectedTools extends Omit<LongTools, "calls"> {
  calls: ExpectedCall[];
}

/** One expected call. */
export interface ExpectedCall {
  name: string;
  args: unknown;
  isExact: boolean;
  /** A pattern of what the tool answers; `undefined` when anything will do. */
  result: unknown;
  min: number;
  max: number;
  /** `times` is written: calls beyond it are too many. */
  isCounted: boolean;
  /** From the `tools` expectation. */
  at: Path;
}

const longKeys = new Set(["args", "match", "times", "result"]);

/** Reads both ways of writing `tools`. */
export function readTools(written: WrittenTools): ExpectedTools {
  if (Array.isArray(written)) return { calls: written.map((call, index) => readCall(call, [index])) };
  return { ...written, calls: (written.calls ?? []).map((call, index) => readCall(call, ["calls", index])) };
}

/** How often a call may happen: `2`, `1..2`, `1..` or `..2`. `null` when it is none of these. */
export function readTimes(written: unknown): { min: number; max: number } | null {
  if (typeof written === "number")
    return Number.isInteger(written) && written >= 0 ? { min: written, max: written } : null;
  const range = typeof written === "string" ? /^(\d*)\.\.(\d*)$/.exec(written) : null;
  if (range === null || written === "..") return null;
  const [, low, high] = range;
  const [min, max] = [Number(low), high === "" ? Infinity : Number(high)];
  return min <= max ? { min, max } : null;
}

/** True when an expected call is `{ args, match, times, result }` rather than a pattern of the arguments. */
export function isLongForm(written: unknown): written is Record<string, unknown> {
  if (!isObject(written)) return false;
  const keys = Object.keys(written);
  return keys.length > 0 && keys.every((key) => longKeys.has(key));
}

/** How a call differs from what is expected of its arguments and its result. */
export function differences(expected: ExpectedCall, call: CallRecord): Mismatch[] {
  const ofArgs = match(expected.args, call.args, { exact: expected.isExact });
  if (expected.result === undefined) return ofArgs;
  const ofResult = match(expected.result, answerValue(call.outcome));
  return [
    ...ofArgs,
    ...ofResult.map(({ sentence, ...rest }) => Object.assign(rest, { sentence: `result: ${sentence}` })),
  ];
}

function readCall(written: LongTools["calls"] extends (infer C)[] | undefined ? C : never, at: Path): ExpectedCall {
  const once = { isExact: false, result: undefined, min: 1, max: 1, isCounted: false };
  if (typeof written === "string") return { ...once, name: written, args: { $ignore: true }, at };
  const [name = "", value] = Object.entries(written)[0] ?? [];
  const place = [...at, name];
  if (!isLongForm(value)) return { ...once, name, args: value ?? { $ignore: true }, at: place };
  return {
    ...once,
    ...(value.times === undefined ? {} : readTimes(value.times)),
    name,
    args: value.args ?? { $ignore: true },
    isExact: value.match === "exact",
    result: value.result,
    isCounted: value.times !== undefined,
    at: place,
  };
}
