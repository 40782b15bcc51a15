import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import { show } from "../matcher/json.ts";
import type { CallRecord, TurnRecord } from "../record.ts";
import { faultsOf, isSolvable, type CallPuzzle } from "./assignment.ts";
import { differences, readTools, type ExpectedCall, type ExpectedTools } from "./expected-calls.ts";
import { nearestTo, showCall } from "./nearest-call.ts";
import type { Finding } from "./verdict.ts";
import { fitsGlob } from "../../kit/glob.ts";

type WrittenTools = NonNullable<WrittenTurnExpectations["tools"]>;

/** The names and globs whose call ends a run at once. */
export function forbiddenGates(written: WrittenTools | undefined): string[] {
  if (written === undefined || Array.isArray(written) || written.severity === "warn") return [];
  return written.forbid ?? [];
}

/** Judges the calls of `turns`, one turn or all of them. `played` is every turn, to say what came closest. */
export function judgeTools(
  written: WrittenTools,
  turns: readonly TurnRecord[],
  played: readonly TurnRecord[],
): Finding[] {
  const expected = readTools(written);
  const calls = turns.flatMap((turn) => turn.calls);
  const puzzle = puzzleOf(expected, turns, calls);
  const { missing, surplus } = faultsOf(puzzle);
  const ofCalls = expected.calls.map((each, index) => {
    const spare = [...surplus].map((call) => calls[call] as CallRecord);
    return judgeCall(each, missing.has(index), spare, { turns, played });
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

/** Judges that none of the named tools was used, built-in ones included. */
export function judgeForbidden(written: WrittenTools, turns: readonly TurnRecord[]): Finding[] {
  const uses = turns.flatMap(usesIn);
  return (readTools(written).forbid ?? []).map((glob, index) => {
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
  const isClosed = expected.extra === "forbid" || expected.order === "exact";
  return {
    wanted: expected.calls,
    rounds: expected.order === "in_order" || expected.order === "exact" ? roundsOf(turns) : [all],
    fits,
    mustServe: (call) => isClosed || expected.calls.some((pattern, index) => pattern.isCounted && fits(index, call)),
  };
}

/** The calls' indexes, in groups that were asked for together. */
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
  { turns, played }: { turns: readonly TurnRecord[]; played: readonly TurnRecord[] },
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
  const near = nearestTo(expected, turns, played);
  const isNamed = calls.some(({ name }) => name === expected.name);
  return {
    ...about,
    pass: false,
    actual: near.call === null ? calls.map(callValue) : callValue(near.call),
    sentence: isNamed
      ? `${expected.name} was called, but not as described`
      : `${expected.name} was not called, ${times}`,
    ...(near.words === null ? {} : { nearest: near.words }),
  };
}

function judgeOrder(expected: ExpectedTools, puzzle: CallPuzzle, turns: readonly TurnRecord[]): Finding[] {
  if (expected.order !== "in_order" && expected.order !== "exact") return [];
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
function judgeExtra({ calls, extra, order }: ExpectedTools, surplus: readonly CallRecord[]): Finding[] {
  if (extra !== "forbid" && order !== "exact") return [];
  const unexpected = surplus.filter((call) => !calls.some((pattern) => pattern.isCounted && isMet(pattern, call)));
  return [
    {
      at: [extra === "forbid" ? "extra" : "order"],
      pass: unexpected.length === 0,
      expected: [],
      actual: unexpected.map(callValue),
      sentence:
        unexpected.length === 0 ? "nothing else was called" : `not expected: ${unexpected.map(showCall).join(", ")}`,
    },
  ];
}

function judgeCount({ max_calls: most }: ExpectedTools, calls: readonly CallRecord[]): Finding[] {
  if (most === undefined) return [];
  const sentence = `${calls.length} ${calls.length === 1 ? "call was" : "calls were"} made, at most ${most} expected`;
  return [{ at: ["max_calls"], pass: calls.length <= most, expected: most, actual: calls.length, sentence }];
}

function expectedValue({ name, args, result }: ExpectedCall): unknown {
  return result === undefined ? { [name]: args } : { [name]: args, result };
}

function callValue({ name, args }: CallRecord): unknown {
  return { [name]: args };
}

function timesOf({ min, max }: ExpectedCall): string {
  if (min === max) return count(min);
  return max === Infinity ? `at least ${count(min)}` : `${min} to ${count(max)}`;
}

function count(times: number): string {
  return times === 1 ? "once" : times === 0 ? "never" : `${show(times)} times`;
}
