import type { Incomplete, IncompleteShard } from "../results/incomplete.ts";

const mostListed = 5;

const words: Record<IncompleteShard["why"], string> = {
  missing: "never reported",
  unfinished: "ended early",
  interrupted: "was interrupted",
};

/** The missing parts of a run, one line each: `shard 2/3 never reported`, then the scenarios without a result. */
export function incompleteLines({ shards, scenarios }: Incomplete): string[] {
  return [
    ...shards.map(shardLine),
    ...(scenarios.length === 0 ? [] : [`${countText(scenarios.length)} no result: ${listed(scenarios)}`]),
  ];
}

/** `shard 2/3 never reported` */
export function shardLine({ number, of, why }: IncompleteShard): string {
  return `shard ${number}/${of} ${words[why]}`;
}

function countText(count: number): string {
  return count === 1 ? "1 scenario has" : `${count} scenarios have`;
}

/** The first ids, and how many more there are. */
export function listed(ids: readonly string[]): string {
  const rest = ids.length - mostListed;
  return rest > 0 ? `${ids.slice(0, mostListed).join(", ")} and ${rest} others` : ids.join(", ");
}
