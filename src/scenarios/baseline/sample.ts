import { compareText } from "../../kit/json.ts";
import { costOfTurns } from "../record/cost.ts";
import type { Fingerprint } from "../fingerprint.ts";
import type { RunRecord, TurnRecord } from "../record/record.ts";
import { fullAttempts, type AttemptResult, type ScenarioResult, type ScenarioStatus } from "../results/result.ts";
import type { Counts } from "../statistics/fisher.ts";

/** The facts that the runs of one scenario show about its assistant, without the texts. */
export interface Sample {
  id: string;
  assistant: string;
  status: ScenarioStatus;
  counts: Counts;
  /** True when its runs ended once the verdict was certain, so that their number depends on their outcomes. */
  early: boolean;
  fingerprint: Fingerprint | null;
  /** The tools that were called, turn by turn, with the number of counted runs. */
  paths: ReadonlyMap<string, number>;
  /** The measures of each passed run; `null` when one of them is unknown. */
  measures: { latency: number[] | null; tokens: number[] | null; cost: number[] | null };
}

/** The sample in a result: the scenario's own runs, without those that confirm a failure. */
export function sampleOf(result: ScenarioResult): Sample {
  const { id, assistant, status, fingerprint, repeat } = result;
  const counting = sampledAttempts(result);
  const passed = counting.filter((each) => each.status === "passed");
  return {
    id,
    assistant,
    status,
    counts: { passed: passed.length, counted: counting.length },
    early: repeat?.early ?? false,
    fingerprint,
    paths: pathsOf(counting),
    measures: {
      latency: ofEach(passed, ({ record }) => record?.turns.reduce((sum, { time }) => sum + time.total, 0) ?? null),
      tokens: ofEach(passed, ({ usage }) => usage?.total_tokens ?? null),
      cost: ofEach(passed, ({ record }) => costOfTurns(record?.turns ?? [])),
    },
  };
}

type Full = Required<AttemptResult>;

/** The runs of a scenario that tell something about its assistant, without those that confirm a failure. */
export function sampledAttempts(result: ScenarioResult): Full[] {
  return fullAttempts(result).filter(
    ({ confirmation, status }) => confirmation === 0 && (status === "passed" || status === "failed"),
  );
}

function ofEach(attempts: readonly Full[], measure: (attempt: Full) => number | null): number[] | null {
  const values = attempts.map(measure);
  return values.length === 0 || values.includes(null) ? null : values.filter((each) => each !== null);
}

function pathsOf(attempts: readonly Full[]): Map<string, number> {
  const paths = attempts.flatMap(({ record }) => (record === null ? [] : [pathOf(record)]));
  const groups = [...Map.groupBy(paths, (path) => path)].map(([path, all]) => [path, all.length] as const);
  return new Map(groups.toSorted(([one], [other]) => compareText(one, other)));
}

/** `lookup_order > issue_refund | -`: the tools of each turn, in order; tools called together are sorted and joined by a plus. */
export function pathOf({ turns }: Pick<RunRecord, "turns">): string {
  return turns.map((turn) => turnPath(turn) ?? "-").join(" | ");
}

/** `lookup_order > issue_refund`: the tools of one turn; `null` when it called none. */
export function turnPath({ calls }: TurnRecord): string | null {
  const rounds = [...Map.groupBy(calls, ({ round }) => round)].toSorted(([one], [other]) => one - other);
  const steps = rounds.map(([, together]) =>
    together
      .map(({ name }) => name)
      .toSorted(compareText)
      .join(" + "),
  );
  return steps.length === 0 ? null : steps.join(" > ");
}
