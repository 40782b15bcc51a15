import type { RunDeps } from "../../scenarios/execution/attempt.ts";
import { type RunOptions, runScenarios } from "../../scenarios/execution/pool.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import { joinSecrets } from "../../scenarios/results/streamed-secrets.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Context } from "../context.ts";
import { redacted } from "../redacted.ts";

/** Runs scenarios side by side and gives their results as they come, without secrets. */
export async function* resultsOf(
  { secrets, signal }: Pick<Context, "secrets" | "signal">,
  scenarios: readonly Scenario[],
  deps: RunDeps,
  options: Omit<RunOptions, "signal">,
): AsyncGenerator<ScenarioResult, void> {
  const isSecret = (text: string) => secrets.redact(text) !== text;
  for await (const result of runScenarios(scenarios, deps, { ...options, signal })) {
    // Before anything is cut or shown: what is left of a secret would not be known for one.
    yield redacted(joinSecrets(result, isSecret), secrets);
  }
}
