import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { onTestFinished } from "vitest";

/** A replica in a process of its own. */
export interface ReplicaProcess {
  client: OpenAI;
  /** `SIGSTOP`, and `SIGCONT` to go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Ends it at once, without any chance to clean up. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  database: string;
  leaseMs: number;
  pieces: readonly string[];
}

/** Starts one; it is killed when the test is over. */
export async function startProcess({ database, leaseMs, pieces }: ProcessOptions): Promise<ReplicaProcess> {
  const script = fileURLToPath(new URL("spawned.ts", import.meta.url));
  const given = ["--disable-warning=ExperimentalWarning", script, database, String(leaseMs), ...pieces];
  const child = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  const started = once(createInterface({ input: child.stdout }), "line");
  const failed = ended.then(([code]) => Promise.reject(new Error(`the server ended with ${code} before it listened`)));
  const [url] = (await Promise.race([started, failed])) as [string];
  const client = new OpenAI({ apiKey: "key", baseURL: `${url}/v1`, maxRetries: 0 });
  return { client, signal: (signal) => void child.kill(signal), kill };
}
