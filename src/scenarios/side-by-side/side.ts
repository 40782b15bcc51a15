import { sampledAttempts, turnPath } from "../baseline/sample.ts";
import { type ScenarioResult, type ScenarioStatus } from "../results/result.ts";
import type { Counts } from "../statistics/fisher.ts";
import { hasFailedGate } from "../verdict.ts";

/** The outcome of the runs of one scenario on one side, without the texts. */
export interface SideSample {
  id: string;
  status: ScenarioStatus;
  counts: Counts;
  /** By turn: its number, or that of the scenario's turn and of the message in it. */
  turns: ReadonlyMap<string, TurnSample>;
}

/** One turn in all counted runs; every list has one entry per run that carried it out. */
export interface TurnSample {
  /** True for a run in which its gates held. */
  passed: boolean[];
  /** The calls, round by round: `lookup_order > issue_refund`. */
  calls: string[];
  /** How the turn ended. */
  endings: string[];
  /** The failed gates, as keys under `expect`; `none` when all held. */
  failed: string[];
  tokens: number[];
  /** Milliseconds. */
  latency: number[];
  /** US dollars; runs of unknown cost have no entry. */
  cost: number[];
}

/** The sample of a result on one side. */
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
