import type { Path } from "../../project/project.ts";
import { asList } from "../../kit/json.ts";
import { readCall, type ExpectedCall } from "../subjects/expected-calls.ts";
import { loss, shown, type Loss } from "./loss.ts";
import { isAsStrict } from "./strictness.ts";

/** The expected calls under `tools` that were removed or weakened. `isOrdered` is true when their order counted. */
export function callLosses(before: unknown, after: unknown, at: Path, isOrdered: boolean): Loss[] {
  const wanted = readCalls(before, at);
  const left = readCalls(after, at);
  const losses: Loss[] = [];
  const found: number[] = [];
  for (const call of wanted) {
    const index = left.findIndex((each, place) => !found.includes(place) && isCallAsStrict(call, each));
    if (index >= 0) {
      found.push(index);
      continue;
    }
    const weaker = left.findIndex((each, place) => !found.includes(place) && each.name === call.name);
    if (weaker < 0) losses.push(loss("removed", call.at, `the call to ${call.name}`));
    else {
      found.push(weaker);
      losses.push(loss("weakened", left[weaker]?.at ?? at, `the call to ${call.name}(${shown(call.args)})`));
    }
  }
  const isMoved = losses.length === 0 && found.some((index, place) => index < (found[place - 1] ?? -1));
  return isOrdered && isMoved ? [loss("changed", at, "the order of the calls")] : losses;
}

function readCalls(written: unknown, at: Path): ExpectedCall[] {
  // Files have been checked against the schema, so the entries are valid calls.
  return asList(written).map((each, index) => readCall(each as Parameters<typeof readCall>[0], [...at, index]));
}

function isCallAsStrict(before: ExpectedCall, after: ExpectedCall): boolean {
  return (
    before.name === after.name &&
    isAsStrict(before.args, after.args) &&
    isAsStrict(before.result, after.result) &&
    (after.isExact || !before.isExact) &&
    after.min >= before.min &&
    mostOf(after) <= mostOf(before)
  );
}

function mostOf({ isCounted, max }: ExpectedCall): number {
  return isCounted ? max : Infinity;
}
