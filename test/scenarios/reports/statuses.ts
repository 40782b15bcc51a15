import { emptySummary } from "../../../src/scenarios/results/summary.ts";
import type { ScenarioStatus } from "../../../src/scenarios/results/result.ts";

/** Every status that a scenario can have. */
export const scenarioStatuses = Object.keys(emptySummary.counts) as ScenarioStatus[];
