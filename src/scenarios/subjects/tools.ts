import { keyDefaults } from "../../project/schemas/defaults.ts";
import type { Static } from "../../schema/builder.ts";
import { fitsGlob } from "../../kit/glob.ts";
import { asObject } from "../../kit/json.ts";
import { hasExpressions } from "../../project/expression.ts";
import { show } from "../matcher/json.ts";
import { type CallRecord, type TurnRecord, answerValue } from "../record/record.ts";
import type { Finding } from "../verdict.ts";
import { faultsOf, isSolvable, type CallPuzzle } from "./assignment.ts";
import { Tools, callFaults, callReferences, differences, readCall, type ExpectedCall } from "./expected-calls.ts";
import { neverFails, neverHolds } from "./fragments.ts";
import { nearestTo, showCall } from "./nearest-call.ts";
import { defineSubject, type Evidence, type Fault, type Reference } from "./subject.ts";

interface ExpectedTools {
  order: "any" | "in_order" | "exact";
  /** True when only the expected calls may be made. */
  isClosed: boolean;
  calls: readonly ExpectedCall[];
  /** Names and globs. */
  forbid: readonly string[];
  maxCalls: number;
  /** The key that forbids other calls. */
  closedBy: "extra" | "order" | null;
}

/** The calls that were made. */
export const tools = defineSubject({
  name: "tools",
  turn: Tools,
  conversation: Tools,
  textKind: ([key]) => (key === "forbid" ? "plain" : "template"),
  read: readTools,
  references: ({ calls, forbid }) => [
    ...calls.flatMap(callReferences),
    ...forbid.flatMap((name, index): Reference[] => {
      const at = ["forbid", index];
      if (hasExpressions(name)) return [];
      return /[*?]/.test(name) ? [{ kind: "tools", glob: name, at }] : [{ kind: "tool", name, at }];
    }),
  ],
  faults: (expected) => [
    ...expected.calls.flatMap(callFaults),
    ...contradictions(expected),
    ...(isEmpty(expected)
      ? [neverFails([], "it checks nothing about the calls", "To expect no calls, write tools: [].")]
      : []),
  ],
  demands: ({ calls, forbid }, severity) => ({
    ...(severity === "gate" && { forbid }),
    expects: (call) => calls.some((each) => each.result !== undefined && each.name === call.name && isMet(each, call)),
  }),
  judgeForbidden,
  judge: judgeTools,
});

function readTools(written: Static<typeof Tools>): ExpectedTools {
  if (Array.isArray(written)) {
    const calls = written.map((call, index) => readCall(call, [index]));
    // An empty list expects no calls.
    return { order: "any", isClosed: calls.length === 0, calls, forbid: [], maxCalls: Infinity, closedBy: null };
  }
  const {
    order = keyDefaults.expect.toolOrder,
    extra = keyDefaults.expect.otherTools,
    calls = [],
    forbid = [],
    max_calls: maxCalls = Infinity,
  } = written;
  return {
    order,
    isClosed: extra === "forbid" || order === "exact",
    calls: calls.map((call, index) => readCall(call, ["calls", index])),
    forbid,
    maxCalls,
    closedBy: extra === "forbid" ? "extra" : "order",
  };
}

/** Calls that are both expected and forbidden. */
function contradictions({ calls, forbid, maxCalls }: ExpectedTools): Fault[] {
  const least = calls.reduce((sum, { min }) => sum + min, 0);
  const wanted = (glob: string) => calls.find(({ name, min }) => min > 0 && fitsGlob(name, glob));
  return [
    ...forbid.flatMap((glob, index) => {
      const call = wanted(glob);
      return call === undefined ? [] : [neverHolds(["forbid", index], `a call to ${call.name} is also expected`)];
    }),
    ...(least > maxCalls
      ? [neverHolds(["max_calls"], `${count(least) === "once" ? "a call is" : `${least} calls are`} expected`)]
      : []),
  ];
}

function isEmpty({ calls, isClosed, forbid, maxCalls }: ExpectedTools): boolean {
  return calls.length === 0 && !isClosed && forbid.length === 0 && maxCalls === Infinity;
}

function judgeTools(expected: ExpectedTools, { turns, soFar }: Evidence): Finding[] {
  const calls = turns.flatMap((turn) => turn.calls);
  const puzzle = puzzleOf(expected, turns, calls);
  const { missing, surplus } = faultsOf(puzzle);
  const ofCalls = expected.calls.map((each, index) => {
    const spare = [...surplus].map((call) => calls[call] as CallRecord);
    return judgeCall(each, missing.has(index), spare, { turns, soFar });
  });
  const fault = missing.size > 0 || surplus.size > 0;
  return [
    ...ofCalls,
    ...(fault ? [] : judgeOrder(expected, puzzle, turns)),
    ...judgeExtra(
      expected,
      [...surplus].map((call) => calls[call] as CallRecord),
    ),
    ...judgeCount(expected, calls),
  ];
}

/** Judges that none of the named tools was used, including the built-in ones. */
function judgeForbidden({ forbid }: ExpectedTools, { turns }: Evidence): Finding[] {
  const uses = turns.flatMap(usesIn);
  return forbid.map((glob, index) => {
    const found = uses.filter(({ name }) => fitsGlob(name, glob));
    const [first] = found;
    return {
      at: ["forbid", index],
      pass: first === undefined,
      expected: { forbid: glob },
      actual: found.map(({ words }) => words),
      sentence: first === undefined ? `${glob} was not called` : `${first.words} was called; ${glob} is forbidden`,
    };
  });
}

function usesIn({ calls, code, events }: TurnRecord): { name: string; words: string }[] {
  const searches = events.filter(({ event }) => event.kind === "search");
  return [
    ...calls.map((call) => ({ name: call.name, words: showCall(call) })),
    ...code.map(({ input }) => ({ name: "code_interpreter", words: `code_interpreter(${show({ input })})` })),
    ...searches.map(() => ({ name: "file_search", words: "file_search" })),
  ];
}

function puzzleOf(expected: ExpectedTools, turns: readonly TurnRecord[], calls: readonly CallRecord[]): CallPuzzle {
  const fits = (wanted: number, call: number) => {
    const [pattern, made] = [expected.calls[wanted], calls[call]];
    return pattern !== undefined && made !== undefined && isMet(pattern, made);
  };
  const all = calls.map((_, index) => index);
  return {
    wanted: expected.calls,
    rounds: expected.order === "any" ? [all] : roundsOf(turns),
    fits,
    mustServe: (call) =>
      expected.isClosed || expected.calls.some((pattern, index) => pattern.isCounted && fits(index, call)),
  };
}

/** The indexes of the calls, grouped by round. */
function roundsOf(turns: readonly TurnRecord[]): number[][] {
  const keys = turns.flatMap(({ number, calls }) => calls.map(({ round }) => `${number}.${round}`));
  return [...Map.groupBy(keys.keys(), (index) => keys[index])].map(([, indexes]) => indexes);
}

function isMet(pattern: ExpectedCall, call: CallRecord): boolean {
  return pattern.name === call.name && differences(pattern, call).length === 0;
}

function judgeCall(
  expected: ExpectedCall,
  isMissing: boolean,
  surplus: readonly CallRecord[],
  { turns, soFar }: { turns: readonly TurnRecord[]; soFar: readonly TurnRecord[] },
): Finding {
  const calls = turns.flatMap((turn) => turn.calls);
  const fitting = calls.filter((call) => isMet(expected, call));
  const tooMany = expected.isCounted && surplus.some((call) => fitting.includes(call));
  const about = { at: expected.at, expected: expectedValue(expected) };
  if (!isMissing && !tooMany) {
    return { ...about, pass: true, actual: fitting.map(callValue), sentence: `${expected.name} was called` };
  }
  const times = `expected ${timesOf(expected)}`;
  if (fitting.length > 0) {
    const sentence = `${expected.name} was called ${count(fitting.length)} as described, ${times}`;
    return { ...about, pass: false, actual: fitting.map(callValue), sentence };
  }
  const near = nearestTo(expected, turns, soFar);
  const isNamed = calls.some(({ name }) => name === expected.name);
  return {
    ...about,
    pass: false,
    ...(near.call === null
      ? { actual: calls.map(callValue) }
      : { actual: answeredValue(near.call, expected), shows: "difference" as const }),
    sentence: isNamed
      ? `${expected.name} was called, but not as described`
      : `${expected.name} was not called, ${times}`,
    ...(near.words === null ? {} : { nearest: near.words }),
  };
}

function judgeOrder(expected: ExpectedTools, puzzle: CallPuzzle, turns: readonly TurnRecord[]): Finding[] {
  if (expected.order === "any") return [];
  const pass = isSolvable(puzzle);
  const wanted = expected.calls.map(({ name }) => name);
  const made = turns.flatMap(({ calls }) =>
    [...Map.groupBy(calls, ({ round }) => round).values()].map((round) => round.map(({ name }) => name).join(" + ")),
  );
  const sentence = pass
    ? "the calls came in the expected order"
    : `the calls came as ${made.join(", ")}; expected ${wanted.join(", ")}`;
  return [{ at: ["order"], pass, expected: wanted, actual: made, sentence }];
}

/** Surplus calls that no counted expectation accounts for. */
function judgeExtra({ calls, isClosed, closedBy }: ExpectedTools, surplus: readonly CallRecord[]): Finding[] {
  if (!isClosed) return [];
  const unexpected = surplus.filter((call) => !calls.some((pattern) => pattern.isCounted && isMet(pattern, call)));
  return [
    {
      at: closedBy === null ? [] : [closedBy],
      pass: unexpected.length === 0,
      expected: [],
      actual: unexpected.map(callValue),
      sentence:
        unexpected.length === 0 ? "nothing else was called" : `not expected: ${unexpected.map(showCall).join(", ")}`,
    },
  ];
}

function judgeCount({ maxCalls: most }: ExpectedTools, calls: readonly CallRecord[]): Finding[] {
  if (most === Infinity) return [];
  const sentence = `${calls.length} ${calls.length === 1 ? "call was" : "calls were"} made, at most ${most} expected`;
  return [{ at: ["max_calls"], pass: calls.length <= most, expected: most, actual: calls.length, sentence }];
}

function expectedValue({ name, args, result }: ExpectedCall): unknown {
  return result === undefined ? { [name]: args } : { [name]: args, result };
}

function callValue({ name, args }: CallRecord): unknown {
  return { [name]: args };
}

/** A call as shown beside an expected one, with its answer where one is expected. */
function answeredValue(call: CallRecord, { result }: ExpectedCall): unknown {
  return result === undefined
    ? callValue(call)
    : { ...asObject(callValue(call)), result: answerValue(call.outcome) ?? null };
}

function timesOf({ min, max }: ExpectedCall): string {
  if (min === max) return count(min);
  return max === Infinity ? `at least ${count(min)}` : `${min} to ${count(max)}`;
}

function count(times: number): string {
  return times === 1 ? "once" : times === 0 ? "never" : `${show(times)} times`;
}
