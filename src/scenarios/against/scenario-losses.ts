import { keyDefaults } from "../../project/schemas/defaults.ts";
import { isDeepStrictEqual } from "node:util";
import { toMilliseconds } from "../../kit/duration.ts";
import { isObject, type JsonObject } from "../../kit/json.ts";
import type { Path } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import { neededRuns } from "../results/pass-rule.ts";
import { readRepeat } from "../read/repeat.ts";
import { expectationLosses } from "./expected.ts";
import { loss, shown, type Loss } from "./loss.ts";

/** The expectations that apply to a turn by default. */
const implied = { status: "completed", reply: {} };

/**
 * The expectations that a scenario lost or weakened. Places of removed expectations are in the earlier file, all others in the current one.
 * Pure: the same two files have the same losses, and a file loses nothing compared with itself.
 */
export function scenarioLosses(before: WrittenScenario, after: WrittenScenario): Loss[] {
  return [
    ...marks(before, after),
    ...repeatLosses(before, after),
    ...limitLosses(before.limits, after.limits, ["limits"]),
    ...turnLosses(before.turns, after.turns),
    ...expectationLosses(before.expect, after.expect, ["expect"]),
  ];
}

/** The losses by keys that prevent a scenario from failing. */
function marks(before: WrittenScenario, after: WrittenScenario): Loss[] {
  const { skip: then } = before;
  const { skip: now } = after;
  const isLonger = then !== undefined && (then.until ?? "9") < (now?.until ?? "9");
  return [
    ...(now !== undefined && (then === undefined || isLonger)
      ? [loss("weakened", ["skip"], now.until === undefined ? "it is skipped" : `it is skipped until ${now.until}`)]
      : []),
    ...(after.observe === true && before.observe !== true
      ? [loss("weakened", ["observe"], "it is only observed: nothing in it can fail")]
      : []),
  ];
}

/** The loss by a smaller share of runs that must pass, or by fewer runs. */
function repeatLosses(before: WrittenScenario, after: WrittenScenario): Loss[] {
  const [then, now] = [readRepeat(before.repeat), readRepeat(after.repeat)];
  const isSmaller = neededRuns(now) / now.runs < neededRuns(then) / then.runs - 1e-9;
  const words = (repeat: WrittenScenario["repeat"]) =>
    repeat === undefined ? "one run" : `${repeat.pass ?? keyDefaults.scenario.pass} of ${repeat.runs} runs`;
  if (!isSmaller && now.runs >= then.runs) return [];
  const at = after.repeat === undefined ? [] : ["repeat"];
  return [loss("weakened", at, `${words(before.repeat)} had to pass, now ${words(after.repeat)}`)];
}

/** Limits that were raised or removed. */
function limitLosses(before: unknown, after: unknown, at: Path): Loss[] {
  if (!isObject(before)) return [];
  const now = isObject(after) ? after : {};
  return Object.entries(before).flatMap(([key, written]): Loss[] => {
    const path = [...at, key];
    if (isObject(written)) return limitLosses(written, now[key], path);
    const other = now[key];
    if (other === undefined) return [loss("removed", path, `the limit ${key}: ${shown(written)}`)];
    return sizeOf(key, other) > sizeOf(key, written)
      ? [loss("weakened", path, `${shown(written)} -> ${shown(other)}`)]
      : [];
  });
}

function sizeOf(key: string, written: unknown): number {
  const isDuration = key === "timeout" || key === "time";
  return isDuration ? toMilliseconds(written as string | number) : Number(written);
}

/** The losses of turns. Turns are matched by id or text, then the remaining ones by order. */
function turnLosses(before: readonly WrittenTurn[], after: readonly WrittenTurn[]): Loss[] {
  const pairs = pairTurns(before, after);
  return before.flatMap((turn, index): Loss[] => {
    const place = pairs.get(index);
    const now = place === undefined ? undefined : after[place];
    if (place === undefined || now === undefined) {
      const count = Object.keys(turn.expect ?? {}).length;
      if (count === 0) return [];
      return [
        loss(
          "removed",
          ["turns", index],
          `turn ${index + 1} and its expectations: ${Object.keys(turn.expect ?? {}).join(", ")}`,
        ),
      ];
    }
    const at = ["turns", place];
    return [
      ...(now.when !== undefined && !isDeepStrictEqual(now.when, turn.when)
        ? [loss("weakened", [...at, "when"], `turn ${place + 1} is left out when ${now.when} does not hold`)]
        : []),
      ...expectationLosses(turn.expect, now.expect, [...at, "expect"], implied).map(({ how, at, what }) =>
        loss(how, how === "removed" ? moved(at, index) : at, what),
      ),
    ];
  });
}

/** The same place in the turn of the earlier file. */
function moved([key, _turn, ...rest]: Path, to: number): Path {
  return [key ?? "turns", to, ...rest];
}

function pairTurns(before: readonly WrittenTurn[], after: readonly WrittenTurn[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (isSame: (one: WrittenTurn, other: WrittenTurn) => boolean) => {
    for (const [index, turn] of before.entries()) {
      if (pairs.has(index)) continue;
      const place = after.findIndex((each, at) => !taken.has(at) && isSame(turn, each));
      if (place < 0) continue;
      pairs.set(index, place);
      taken.add(place);
    }
  };
  pair((one, other) => one.id !== undefined && one.id === other.id);
  pair((one, other) => isDeepStrictEqual(saidIn(one), saidIn(other)));
  pair((one, other) => after.indexOf(other) === before.indexOf(one));
  return pairs;
}

/** Keys of a turn that are not part of its input. */
const madeOf: ReadonlySet<string> = new Set(["id", "expect", "script", "save", "when"]);

function saidIn(turn: WrittenTurn): JsonObject {
  return Object.fromEntries(Object.entries(turn).filter(([key]) => !madeOf.has(key)));
}
