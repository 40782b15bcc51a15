import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process that serves. */
export interface Serving {
  /** `http://127.0.0.1:4010` */
  url: string;
  stop(this: void): Promise<void>;
}

/** Starts node with these arguments and waits for the address that it prints. */
export async function serve(args: readonly string[], cwd: string): Promise<Serving> {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/[^\s/]+/.exec(line)?.[0];
    if (url !== undefined) return { url, stop };
  }
  throw new Error(`node ${args.join(" ")} ended before it served`);
}

/** The JSON that node prints with these arguments. */
export async function outputOf(args: readonly string[], cwd: string): Promise<unknown> {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const text = await Array.fromAsync(child.stdout as AsyncIterable<Buffer>);
  return JSON.parse(Buffer.concat(text).toString());
}
