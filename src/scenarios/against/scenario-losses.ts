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

/** What holds of a turn that does not say otherwise. */
const implied = { status: "completed", reply: {} };

/**
 * What a scenario expects no more, or less strictly, than it did. Places of what was removed lead into the file of then, all others into
 * that of now. Pure: the same two files lose the same, and a file loses nothing against itself.
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

/** Keys with which nothing of a scenario fails any more. */
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

/** A smaller share of runs that have to pass, or fewer runs to show it. */
function repeatLosses(before: WrittenScenario, after: WrittenScenario): Loss[] {
  const [then, now] = [readRepeat(before.repeat), readRepeat(after.repeat)];
  const isSmaller = neededRuns(now) / now.runs < neededRuns(then) / then.runs - 1e-9;
  const words = (repeat: WrittenScenario["repeat"]) =>
    repeat === undefined ? "one run" : `${repeat.pass ?? "all"} of ${repeat.runs} runs`;
  if (!isSmaller && now.runs >= then.runs) return [];
  const at = after.repeat === undefined ? [] : ["repeat"];
  return [loss("weakened", at, `${words(before.repeat)} had to pass, now ${words(after.repeat)}`)];
}

/** Bounds that became wider, or are gone. */
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

/** Turns are the same that have the same name or the same text, then those that are left in their order. */
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
          `turn ${index + 1} with what is expected of it: ${Object.keys(turn.expect ?? {}).join(", ")}`,
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

/** The same place in the turn of then. */
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

/** What is put into a turn, without what is made of it. */
const madeOf: ReadonlySet<string> = new Set(["id", "expect", "script", "save", "when"]);

function saidIn(turn: WrittenTurn): JsonObject {
  return Object.fromEntries(Object.entries(turn).filter(([key]) => !madeOf.has(key)));
}
