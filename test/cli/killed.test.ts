import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { listen } from "../../src/server/http/listen.ts";
import { openServer } from "../../src/server/server.ts";
import { run, temporaryFolder } from "./run.ts";

const bin = inject("bin");

test("a sync that is killed between a change and its lock is gone on from, with other files and without Git", async () => {
  await using folder = await temporaryFolder();
  const app = await openServer({
    database: ":memory:",
    model: { respond: () => Promise.reject(new Error("nobody talks here")) as never, list: async () => [] },
  });
  let kill: (() => void) | null = null;
  const gated = {
    ...app,
    async fetch(request: Request) {
      const response = await app.fetch(request);
      if (kill === null || request.method !== "POST") return response;
      kill();
      // No answer ever comes: whoever asked is dead.
      return new Promise<Response>(() => {});
    },
  };
  const server = await listen(gated as typeof app, "127.0.0.1", 0);
  try {
    await folder.write(
      "playbill.yaml",
      `project: desk\ntargets:\n  prod: { api: assistants, base_url: "${server.url}/v1" }\n`,
    );
    const write = (text: string) => folder.write("assistants/a.yaml", `model: gpt-4o\ndescription: ${text}\n`);
    await write("one");
    expect((await run(folder.path, ["sync", "--yes"])).exitCode).toBe(0);
    expect(existsSync(join(folder.path, ".playbill/prod.journal.json"))).toBe(false);

    await write("two");
    const child = spawn(process.execPath, [bin, "sync", "--yes"], { cwd: folder.path, stdio: "ignore" });
    kill = () => child.kill("SIGKILL");
    await once(child, "exit");
    kill = null;
    expect(existsSync(join(folder.path, ".playbill/prod.journal.json"))).toBe(true);

    await write("three");
    const outcome = await run(folder.path, ["sync", "--yes"]);
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"two" -> "three"') as string });
    expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
    expect(existsSync(join(folder.path, ".playbill/prod.journal.json"))).toBe(false);
  } finally {
    await server.close();
  }
});
