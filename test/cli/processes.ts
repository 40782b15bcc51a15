import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";

/** What starts as Playbill in a process of its own. */
export const bin = inject("bin");

/** Runs a command line in a process of its own; `seen` is told of everything that was printed so far. */
export async function runProcess(
  cwd: string,
  argv: string[],
  seen: (output: string, child: ChildProcess) => void = () => {},
): Promise<{ exitCode: number | null; stdout: string; output: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", bin, ...argv], { cwd });
  let [stdout, output] = ["", ""];
  child.stdout.on("data", (data) => (stdout += String(data)));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += String(data);
      seen(output, child);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, stdout, output };
}

/**
 * An assistant that searches an empty vector store: what tests make for it is in the database of the embedded target, and not in memory as what needs
 * nothing but assistants.
 */
export const keptAssistant = {
  "assistants/a.yaml": "model: gpt-4o\ntools: [{ file_search: { vector_store: empty } }]\n",
  "assistants/vector_stores/empty.yaml": "files: []\n",
};

/** What is left in the database of a project's embedded target. Throws when nothing was ever in it. */
export async function leftAt(folder: string): Promise<{ assistants: unknown[] }> {
  if (!existsSync(join(folder, ".playbill/local.db"))) throw new Error("the state of this test was in memory");
  const server = await openServer({
    database: join(folder, ".playbill/local.db"),
    model: createScriptedModel({ scripts: [], delay: async () => {} }),
  });
  const headers = { "openai-beta": "assistants=v2" };
  const answer = await server.fetch("http://embedded/v1/assistants", { headers });
  const { data } = (await answer.json()) as { data: unknown[] };
  await server.close();
  return { assistants: data };
}
