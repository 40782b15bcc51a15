import { fileURLToPath } from "node:url";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import OpenAI from "openai";
import { onTestFinished } from "vitest";

/** A server in a process of its own, on a port. */
export interface SpawnedServer {
  client: OpenAI;
  /** For example `http://127.0.0.1:4010/v1`. */
  baseURL: string;
  /** Ends it at once, without any chance to clean up. */
  kill(): Promise<void>;
}

/** Starts one on that database, with the lines of these tests; `shell` is run before it in the same shell. */
export async function spawnServer(database: string, shell = ":"): Promise<SpawnedServer> {
  const script = fileURLToPath(new URL("spawned.ts", import.meta.url));
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", script, database];
  const child = spawn("bash", ["-c", `${shell}; exec "$@"`, "bash", ...command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  const started = once(createInterface({ input: child.stdout }), "line");
  const failed = ended.then(([code]) => Promise.reject(new Error(`the server ended with ${code} before it listened`)));
  const [url] = (await Promise.race([started, failed])) as [string];
  const baseURL = `${url}/v1`;
  return { client: new OpenAI({ apiKey: "key", baseURL, maxRetries: 0 }), baseURL, kill };
}
