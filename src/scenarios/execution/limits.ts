import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { problem, type Problem } from "../../problem.ts";
import type { TurnRecord } from "../record/record.ts";
import type { Scenario } from "../scenario.ts";

/** The remaining time of a conversation after these turns, in milliseconds; `null` when there is no limit. */
export function timeLeft({ limits }: Pick<Scenario, "limits">, soFar: readonly TurnRecord[]): number | null {
  if (limits.time === null) return null;
  return limits.time - sum(soFar.map(({ time }) => time.total - (time.delayed ?? 0)));
}

/** Why a conversation stops after these turns: they exceeded a limit, or reached the time limit while more turns were to come. */
export function limitProblems(scenario: Scenario, soFar: readonly TurnRecord[]): Problem[] {
  const { limits, place } = scenario;
  const left = timeLeft(scenario, soFar);
  if (left !== null && left <= 0 && (soFar.at(-1)?.number ?? 0) < scenario.turns.length) {
    const message = `${turnsText(soFar)} used up the conversation's time limit of ${durationText(limits.time ?? 0)}`;
    const hint = "To allow more time, write limits: { time: 10m }.";
    return [problem("scenario_timeout", message, { hint, place: place(["limits", "time"]) })];
  }
  return [...tokenProblems(scenario, soFar), ...costProblems(scenario, soFar)];
}

function tokenProblems({ limits, place }: Scenario, soFar: readonly TurnRecord[]): Problem[] {
  const tokens = sum(soFar.map(({ usage }) => usage?.total_tokens ?? 0));
  if (limits.tokens === null || tokens <= limits.tokens) return [];
  const message = `${turnsText(soFar)} used ${tokens.toLocaleString("en")} tokens; the limit is ${limits.tokens.toLocaleString("en")}`;
  const hint = "Raise the limit to allow more tokens. To fail the scenario instead, use the expectation usage.";
  return [problem("token_limit", message, { hint, final: true, place: place(["limits", "tokens"]) })];
}

/** The problems with a cost limit. An unknown cost cannot be kept within a limit, except that of a stopped turn, which targets never report. */
function costProblems({ limits, place }: Scenario, soFar: readonly TurnRecord[]): Problem[] {
  if (limits.cost === null) return [];
  const options = { final: true, place: place(["limits", "cost"]) } as const;
  const unknown = soFar.find(({ cost, status }) => cost === null && status !== "stopped");
  if (unknown !== undefined) {
    const message = `the cost of turn ${unknown.number} is unknown, so it cannot be kept within a limit`;
    const hint = `Its model is ${unknown.model ?? "not named by the target"}; set the prices of models under prices: in playbill.yaml.`;
    return [problem("unknown_price", message, { ...options, hint })];
  }
  const dollars = sum(soFar.map(({ cost }) => cost ?? 0));
  if (dollars <= limits.cost) return [];
  const message = `${turnsText(soFar)} cost ${dollarsText(dollars)}; the limit is ${dollarsText(limits.cost)}`;
  const hint = "Raise the limit to allow more. To fail the scenario instead, use the expectation cost.";
  return [problem("cost_limit", message, { ...options, hint })];
}

function turnsText({ length }: readonly unknown[]): string {
  return length === 1 ? "the first turn" : `${length} turns`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
