import { outputOf, serve } from "./children.ts";
import { byTurns, peer, playbill } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";
import { temporaryFolder } from "./project.ts";
import { cost } from "./server-cost.ts";
import { latency } from "./server-latency.ts";
import { throughput } from "./server-throughput.ts";

/** What the embedded server costs. */
export async function server(): Promise<Measurement[]> {
  return [...(await latency()), ...(await throughput()), ...(await cost()), await firstAnswer(), await memory()];
}

async function firstAnswer(): Promise<Measurement> {
  const { path, remove } = await temporaryFolder();
  const timeToAnswer = async (args: string[]): Promise<number> => {
    const begin = performance.now();
    const { url, stop } = await serve(args, path);
    await (await fetch(`${url}/v1/models`)).text();
    const time = performance.now() - begin;
    await stop();
    return time;
  };
  const times = await byTurns(9, {
    playbill: () => timeToAnswer(playbill("serve", "--port", "0")),
    node: () => timeToAnswer(peer("peers/http-server.ts")),
  });
  await remove();
  const node = median(times.node);
  return {
    name: "serve, from start to first answer",
    value: median(times.playbill),
    unit: "ms",
    target: 1.5 * node,
    peer: { name: "a bare node:http server", value: node },
  };
}

async function memory(): Promise<Measurement> {
  const { path, remove } = await temporaryFolder();
  const { early, late } = (await outputOf(peer("peers/many-runs.ts"), path)) as { early: number; late: number };
  await remove();
  return {
    name: "memory after 10,000 runs (resident)",
    value: late,
    unit: "MB",
    target: 300,
    peer: { name: "itself after 1,000 runs", value: early },
  };
}
