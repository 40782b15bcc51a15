import { byTurns, peakOf, peer, playbill, timeOf } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";
import { writeProject, type Size } from "./project.ts";

interface Suite extends Size {
  name: string;
  jobs: number;
  /** Milliseconds. */
  target: number | null;
  /** How often it is repeated. */
  rounds: number;
}

const suites: Suite[] = [
  { name: "test 1 scenario", scenarios: 1, turns: 1, delay: 0, jobs: 8, target: 350, rounds: 7 },
  { name: "test 100 scenarios", scenarios: 100, turns: 1, delay: 0, jobs: 8, target: null, rounds: 5 },
  { name: "test 1,000 scenarios", scenarios: 1_000, turns: 1, delay: 0, jobs: 8, target: 3_500, rounds: 3 },
  {
    name: "test 50 conversations of 4 turns, model 100 ms, -j 20",
    scenarios: 50,
    turns: 4,
    delay: 100,
    jobs: 20,
    target: 1_600,
    rounds: 5,
  },
];

/** How long whole test runs take, and what Playbill adds to every turn. */
export async function scenarios(): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const suite of suites) measured.push(await measure(suite));
  const [, hundred, thousand] = measured;
  const overhead = hundred && thousand ? [overheadOf(hundred, thousand)] : [];
  return [...measured, ...overhead, await memory(1_000, 200), await memory(10_000, 250)];
}

async function memory(count: number, target: number): Promise<Measurement> {
  const { path, remove } = await writeProject({ scenarios: count, turns: 1, delay: 0 });
  const value = await peakOf(playbill("test"), path);
  const peer = { name: "playbill validate of the same project", value: await peakOf(playbill("validate"), path) };
  await remove();
  return { name: `memory of test with ${count.toLocaleString("en")} scenarios`, value, unit: "MB", target, peer };
}

async function measure({ name, target, rounds, jobs, ...size }: Suite): Promise<Measurement> {
  const { path, remove } = await writeProject(size);
  const sizes = [size.scenarios, size.turns, size.delay, jobs].map(String);
  const times = await byTurns(rounds, {
    playbill: () => timeOf(playbill("test", "-j", String(jobs)), path),
    client: () => timeOf(peer("peers/conversations.ts", ...sizes), path),
  });
  await remove();
  return {
    name,
    value: median(times.playbill),
    unit: "ms",
    target,
    peer: { name: "the openai client in a loop, same server", value: median(times.client) },
  };
}

/** What a turn costs more than the peer's: starting up is in both of two sizes, so their difference leaves it out. */
function overheadOf(few: Measurement, many: Measurement): Measurement {
  const perTurn = (less: number, more: number): number => (more - less) / 900;
  const client = perTurn(few.peer?.value ?? 0, many.peer?.value ?? 0);
  return {
    name: "overhead of a turn over the peer's",
    value: perTurn(few.value, many.value) - client,
    unit: "ms",
    target: 1.5,
    peer: { name: "a turn of the peer", value: client },
  };
}
