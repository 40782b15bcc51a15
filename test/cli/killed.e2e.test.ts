import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { listen } from "../../src/server/http/listen.ts";
import { openServer } from "../../src/server/server.ts";
import { run, temporaryFolder } from "./run.ts";

const bin = inject("bin");

test("a sync that is killed between a change and its lock is continued, with other files and without Git", async () => {
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

/** A project with knowledge: two files, a store of both, and two assistants, of which one has a file for its code. */
async function writeKnowledge(folder: Awaited<ReturnType<typeof temporaryFolder>>, rule: string): Promise<void> {
  await folder.write("handbook/leave.md", `Thirty days. ${rule}\n`);
  await folder.write("handbook/travel.md", "Second class.\n");
  await folder.write("data/prices.csv", "a,1\n");
  await folder.write("assistants/vector_stores/handbook.yaml", "files: [../../handbook/*.md]\n");
  const tools = "tools:\n  - file_search: { vector_store: handbook }\n";
  const code = "  - code_interpreter: { files: [../data/prices.csv] }\n";
  await folder.write("assistants/desk.yaml", `model: gpt-4o\ndescription: ${rule}\n${tools}${code}`);
  await folder.write("assistants/plain.yaml", `model: gpt-4o\ndescription: ${rule}\n`);
}

test.each([1, 3, 5])(
  "a first sync of knowledge that is killed at write number %i leaves nothing twice",
  async (number) => {
    await using folder = await temporaryFolder();
    const app = await openServer({
      database: ":memory:",
      model: { respond: () => Promise.reject(new Error("nobody talks here")) as never, list: async () => [] },
    });
    const child: { kill?: () => void } = {};
    let writes = 0;
    const gated = {
      ...app,
      async fetch(request: Request) {
        const response = await app.fetch(request);
        if (child.kill === undefined || request.method === "GET") return response;
        writes += 1;
        if (writes < number) return response;
        child.kill();
        return new Promise<Response>(() => {});
      },
    };
    const server = await listen(gated as typeof app, "127.0.0.1", 0);
    const count = async (path: string): Promise<number> => {
      const response = await app.fetch(
        new Request(`http://x/v1/${path}?limit=100`, { headers: { "openai-beta": "assistants=v2" } }),
      );
      return ((await response.json()) as { data: unknown[] }).data.length;
    };
    try {
      await folder.write(
        "playbill.yaml",
        `project: desk\ntargets:\n  prod: { api: assistants, base_url: "${server.url}/v1" }\n`,
      );
      await writeKnowledge(folder, "one");
      const killed = spawn(process.execPath, [bin, "sync", "--yes"], { cwd: folder.path, stdio: "ignore" });
      child.kill = () => killed.kill("SIGKILL");
      await once(killed, "exit");
      delete child.kill;
      expect(writes).toBeGreaterThanOrEqual(number);
      await writeKnowledge(folder, "two");
      expect(await run(folder.path, ["sync", "--yes", "--prune"])).toMatchObject({ exitCode: 0 });
      expect(await run(folder.path, ["plan", "--prune", "--expect-no-changes"])).toMatchObject({ exitCode: 0 });
      expect([await count("files"), await count("vector_stores"), await count("assistants")]).toEqual([3, 1, 2]);
    } finally {
      await server.close();
    }
  },
);
