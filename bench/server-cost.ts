import { join } from "node:path";
import { byTurns } from "./commands.ts";
import { openEmbedded, repeat } from "./embedded.ts";
import { median, type Measurement } from "./measurement.ts";
import { temporaryFolder } from "./project.ts";

/** Runs, or calls of the peer, in one measurement. */
const count = 1_000;

/** What a streamed run costs in time of the processor, client, server and scripted model together; other processes do not count. */
export async function cost(): Promise<Measurement[]> {
  const { path, remove } = await temporaryFolder();
  const measured = [
    await costOf("one at a time", ":memory:", 1),
    await costOf("8 at once", ":memory:", 8),
    await costOf("50 at once", ":memory:", 50),
    await costOf("8 at once, on disk", join(path, "server.db"), 8),
  ];
  await remove();
  return measured;
}

async function costOf(name: string, database: string, atOnce: number): Promise<Measurement> {
  const { run, call, close } = await openEmbedded(database);
  const timeOf = (work: () => Promise<void>) => async (): Promise<number> => {
    const before = process.cpuUsage();
    await repeat(count, atOnce, work);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / count;
  };
  // Compiling what is run often is over by then.
  await repeat(2 * count, atOnce, run);
  await repeat(2 * count, atOnce, call);
  const times = await byTurns(5, { runs: timeOf(run), calls: timeOf(call) });
  await close();
  return {
    name: `processor time of a streamed run, ${name}`,
    value: median(times.runs),
    unit: "ms",
    target: 1.5,
    peer: { name: "a chat completion that is a constant, same client", value: median(times.calls) },
  };
}
