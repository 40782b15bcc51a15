import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import OpenAI from "openai";
import { onTestFinished } from "vitest";

/** A server in a process of its own, on a port. */
export interface SpawnedServer {
  client: OpenAI;
  /** Ends it at once, without any chance to clean up. */
  kill(): Promise<void>;
}

/** Starts one on that database, with the lines of these tests. */
export async function spawnServer(database: string): Promise<SpawnedServer> {
  const script = new URL("spawned.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, database], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { client: new OpenAI({ apiKey: "key", baseURL: `${url}/v1`, maxRetries: 0 }), kill };
}
