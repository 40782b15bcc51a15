import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The repository. */
export const root = join(import.meta.dirname, "..");
const quiet = "--disable-warning=ExperimentalWarning";

/** Arguments of node that run the built command line, as its shebang does. */
export const playbill = (...argv: string[]): string[] => [quiet, join(root, "dist/bin.js"), ...argv];
/** Arguments of node that run a script of this folder. */
export const peer = (file: string, ...argv: string[]): string[] => [quiet, join(import.meta.dirname, file), ...argv];

/** Milliseconds from starting node to its end. Rejects when it ends with another code than 0. */
export async function timeOf(args: readonly string[], cwd: string): Promise<number> {
  return (await measured(args, cwd)).time;
}

/**
 * A module that prints at the end of a process its peak memory, in kilobytes. On Linux, `maxRSS` is no less than what the
 * process had that started it: this one.
 */
const saysPeak = `const { readFileSync } = process.getBuiltinModule("node:fs");
process.on("exit", () => {
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  process.stderr.write("\\npeak " + (/VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) + "\\n");
});`;

/** The most memory in megabytes that node had (resident) until its end. Rejects when it ends with another code than 0. */
export async function peakOf(args: readonly string[], cwd: string): Promise<number> {
  const { stderr } = await measured(["--import", `data:text/javascript,${encodeURIComponent(saysPeak)}`, ...args], cwd);
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
}

async function measured(args: readonly string[], cwd: string): Promise<{ time: number; stderr: string }> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, "close")) as [number];
  const time = performance.now() - begin;
  const stderr = Buffer.concat(said).toString();
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${stderr}`);
  return { time, stderr };
}

/** Runs each of several works that often, by turns, so that what else the machine does meets all of them; the times of each. */
export async function byTurns<Name extends string>(
  rounds: number,
  works: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<() => Promise<number>>(works);
  const times = Object.fromEntries(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of entries) times[name]?.push(await work());
  }
  return times as Record<Name, number[]>;
}
