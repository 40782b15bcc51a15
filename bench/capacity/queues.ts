import type { Random } from "../../src/kit/random.ts";
import { costOfRun, type Assumptions, type Costs, type Plan } from "./model.ts";

/** How much longer a run takes than its own work, as it waits for others; milliseconds. */
export interface Waiting {
  median: number;
  p99: number;
}

/** Something that so many may use at once; whoever comes when all are in use waits in line. */
interface Station {
  /** When each of them is free again; the first is the one that is free first. */
  free: number[];
}

interface Step {
  at: number;
  run: number;
  /** How many of its steps are over. */
  done: number;
}

/** A run goes so often from a replica to the database and back, as often as it commits. */
const rounds = 6;

/**
 * Lets runs arrive by chance, as many a second as the plan is for, and each use its replica and its database by turns, first come, first served.
 * Every step takes the time that was measured, more or less (exponentially spread), so that what waits is what would wait.
 */
export function simulate(plan: Plan, costs: Costs, given: Assumptions, random: Random, count = 4_000): Waiting {
  const cost = costOfRun(costs, given);
  const replicas = Array.from({ length: plan.replicas }, (): Station => ({ free: [0] }));
  const databases = Array.from({ length: plan.databases }, (): Station => ({ free: Array(given.processors).fill(0) }));
  const factor = plan.databases > 2 ? given.spreading : 1;
  const spread = (mean: number): number => -mean * Math.log(1 - random());
  const steps = createHeap();
  const waited = new Float64Array(count);
  const homes: [Station, Station][] = [];
  let arrival = 0;
  for (let run = 0; run < count; run += 1) {
    arrival += spread(1000 / plan.load);
    homes.push([pick(replicas, random), pick(databases, random)]);
    steps.add({ at: arrival, run, done: 0 });
  }
  for (let step = steps.take(); step; step = steps.take()) {
    const { at, run, done } = step;
    const isDatabase = done % 2 === 1;
    const station = homes[run]?.[isDatabase ? 1 : 0];
    if (!station) continue;
    const begin = Math.max(at, station.free[0] ?? 0);
    const end = begin + spread(isDatabase ? (factor * cost.databaseMs) / rounds : cost.serverMs / rounds);
    station.free[0] = end;
    station.free.sort((one, other) => one - other);
    waited[run] = (waited[run] ?? 0) + begin - at;
    if (done + 1 < 2 * rounds) steps.add({ at: end, run, done: done + 1 });
  }
  // The first ones found everything empty.
  const sorted = waited.slice(count / 10).toSorted();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), p99: at(0.99) };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** Steps, the earliest first. */
function createHeap(): { add(this: void, step: Step): void; take(this: void): Step | undefined } {
  const items: Step[] = [];
  const at = (index: number): number => items[index]?.at ?? Infinity;
  const swap = (one: number, other: number): void => {
    const [first, second] = [items[one], items[other]];
    if (first && second) [items[one], items[other]] = [second, first];
  };
  return {
    add(step) {
      let index = items.push(step) - 1;
      for (let parent = (index - 1) >> 1; index > 0 && at(parent) > at(index); parent = (index - 1) >> 1) {
        swap(index, parent);
        index = parent;
      }
    },
    take() {
      const first = items[0];
      const last = items.pop();
      if (last === undefined || items.length === 0) return first;
      items[0] = last;
      for (let index = 0; ;) {
        const child = at(2 * index + 1) <= at(2 * index + 2) ? 2 * index + 1 : 2 * index + 2;
        if (at(child) >= at(index)) return first;
        swap(index, child);
        index = child;
      }
    },
  };
}
