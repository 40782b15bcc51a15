import { toMilliseconds } from "../../kit/duration.ts";
import type { WrittenLimits } from "../../project/schemas/scenario/limits.ts";
import type { ScenarioBody } from "../scenario.ts";

const defaultTimeout = 60_000;
const defaultToolRounds = 8;

/** The limits of a scenario, with defaults for those that are not written. */
export function readLimits(limits: WrittenLimits | undefined): ScenarioBody["limits"] {
  const turn = limits?.turn;
  return {
    turnTimeout: turn?.timeout === undefined ? defaultTimeout : toMilliseconds(turn.timeout),
    toolRounds: turn?.tool_rounds ?? defaultToolRounds,
    time: limits?.time === undefined ? null : toMilliseconds(limits.time),
    cost: limits?.cost ?? null,
    tokens: limits?.tokens ?? null,
  };
}
