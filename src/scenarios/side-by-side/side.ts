import { sampledAttempts, turnPath } from "../baseline/sample.ts";
import { type ScenarioResult, type ScenarioStatus } from "../results/result.ts";
import type { Counts } from "../statistics/fisher.ts";
import { hasFailedGate } from "../verdict.ts";

/** What the runs of one scenario came to on one side, without what was said in them. */
export interface SideSample {
  id: string;
  status: ScenarioStatus;
  counts: Counts;
  /** By the name of the turn: its number, or that of the scenario's turn and of the message in it. */
  turns: ReadonlyMap<string, TurnSample>;
}

/** One turn in all runs that count; every list has an entry a run in which it was carried out. */
export interface TurnSample {
  /** True for a run in which its gates held. */
  passed: boolean[];
  /** `lookup_order > issue_refund`: what was called, round by round. */
  calls: string[];
  /** How the turn ended. */
  endings: string[];
  /** What did not hold: the keys under `expect` that are gates, `none` where all held. */
  failed: string[];
  tokens: number[];
  /** Milliseconds. */
  latency: number[];
  /** US dollars; runs whose cost is not known have none. */
  cost: number[];
}

/** What a result says of one side. */
export function sideSample(result: ScenarioResult): SideSample {
  const counting = sampledAttempts(result);
  const turns = new Map<string, TurnSample>();
  for (const { record, verdicts } of counting) {
    for (const turn of record?.turns ?? []) {
      const name = turn.part === undefined ? `${turn.number}` : `${turn.number}.${turn.part}`;
      const sample = turns.get(name) ?? {
        passed: [],
        calls: [],
        endings: [],
        failed: [],
        tokens: [],
        latency: [],
        cost: [],
      };
      turns.set(name, sample);
      const own = verdicts.filter((verdict) => verdict.turn === turn.number);
      const failed = own.filter((verdict) => hasFailedGate([verdict])).map(({ subject }) => subject);
      sample.passed.push(!hasFailedGate(own));
      sample.failed.push([...new Set(failed)].join(", ") || "none");
      sample.endings.push(turn.reason === null ? turn.status : `${turn.status} (${turn.reason})`);
      sample.calls.push(turnPath(turn) ?? "none");
      sample.latency.push(turn.time.total);
      if (turn.usage !== null) sample.tokens.push(turn.usage.total_tokens);
      if (turn.cost !== null) sample.cost.push(turn.cost);
    }
  }
  const passed = counting.filter(({ status }) => status === "passed").length;
  return { id: result.id, status: result.status, counts: { passed, counted: counting.length }, turns };
}
