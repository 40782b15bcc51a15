import { seenIn } from "../../scenarios/coverage/seen.ts";
import { type Fingerprint, isSameFingerprint } from "../../scenarios/fingerprint.ts";
import type { EarlierRun } from "../../scenarios/mutation/estimate.ts";
import { lastRun } from "../../scenarios/runs/runs-folder.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { costOfResult } from "./run-mutants.ts";

/**
 * The results of the last run at a target; `null` when there was none. The coverage of a scenario counts only while neither it nor its
 * assistant has changed.
 */
export async function earlierRun(
  root: string,
  target: string,
  scenarios: readonly Scenario[],
  fingerprintOf: (scenario: Scenario) => Fingerprint,
): Promise<EarlierRun | null> {
  const run = await lastRun(root, target);
  if (run === null) return null;
  const known = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const seen = new Map<string, ReadonlySet<string>>();
  const costs = new Map<string, number | null>();
  for await (const result of run.results()) {
    const scenario = known.get(result.id);
    if (scenario === undefined || result.record === null) continue;
    const { cost, conversations } = costOfResult(result);
    if (isSameFingerprint(result.fingerprint ?? unknown, fingerprintOf(scenario)))
      seen.set(result.id, new Set(seenIn(result, scenario)));
    costs.set(result.id, cost === null ? null : cost / Math.max(1, conversations));
  }
  return { run: run.header.run, seen, cost: costs };
}

/** The fingerprint of a run by an older version, which is unknown. */
const unknown: Fingerprint = { assistant: {}, scenario: { unknown: "" } };
