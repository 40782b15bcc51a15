import type { Incomplete, IncompleteShard } from "../results/incomplete.ts";

const mostListed = 5;

const words: Record<IncompleteShard["why"], string> = {
  missing: "never reported",
  unfinished: "was cut off before its end",
  interrupted: "was interrupted",
};

/** What is not there of a run, a line each: `shard 2/3 never reported`, then the scenarios without a result. */
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

/** The first ones, and how many others there are. */
export function listed(ids: readonly string[]): string {
  const rest = ids.length - mostListed;
  return rest > 0 ? `${ids.slice(0, mostListed).join(", ")} and ${rest} others` : ids.join(", ");
}
