import { execFile } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";
import { startServe } from "../serving.ts";

const root = join(import.meta.dirname, "../../..");

/** What clients are given of everything, without what every database has of its own. */
async function everything(url: string): Promise<unknown> {
  const client = new OpenAI({ apiKey: "key", baseURL: `${url}/v1` });
  const stores = (await client.vectorStores.list()).data;
  const ids = ["thread_Kx2Lr9vN", "thread_Pp7Wd3hC"];
  return {
    assistants: (await client.beta.assistants.list()).data,
    files: (await client.files.list()).data,
    stores: stores.map(({ id, name, metadata, created_at: created }) => ({ id, name, metadata, created })),
    members: await Promise.all(
      stores.map(async ({ id }) =>
        (await client.vectorStores.files.list(id)).data.map(
          ({ id: file, attributes, chunking_strategy: chunking }) => ({
            file,
            attributes,
            chunking,
          }),
        ),
      ),
    ),
    threads: await Promise.all(ids.map((id) => client.beta.threads.retrieve(id))),
    messages: await Promise.all(ids.map(async (id) => (await client.beta.threads.messages.list(id)).data)),
  };
}

test("what the program of docs/migrate.md exports from a server is the same in another one", async () => {
  await using folder = await temporaryFolder();
  const exported = join(import.meta.dirname, "export");
  await run(folder.path, ["migrate-in", exported, "--db", join(folder.path, "first.db")]);
  await using first = await startServe(folder.path, ["--db", join(folder.path, "first.db")]);

  const page = await readFile(join(root, "docs/migrate.md"), "utf8");
  const [, program = ""] = /^```js\n(\/\/ export\.mjs[^]*?)^```$/m.exec(page) ?? [];
  const env = { ...process.env, OPENAI_API_KEY: "key", OPENAI_BASE_URL: `${first.url}/v1` };
  const script = program.replaceAll("export/", `${folder.path}/export/`);
  const failed = await new Promise<string>((done) => {
    const child = execFile(
      process.execPath,
      ["--input-type=module", "-e", script],
      { cwd: root, env },
      (error, _, stderr) => done(`${error?.message ?? ""}${stderr}`),
    );
    child.stdin?.end("thread_Kx2Lr9vN\nthread_Pp7Wd3hC\n");
  });
  // As the original, the server does not give back files of assistants: whoever has them puts them beside.
  const refused = ["file-2Ha1Handbook", "file-9Vb3SalesCsv", "file-7Nt5Contract"].map(
    (id) => `${id}: 400 Not allowed to download files of purpose: assistants\n`,
  );
  expect(failed).toBe(refused.join(""));
  await cp(join(exported, "files"), join(folder.path, "export", "files"), { recursive: true });

  const moved = await run(folder.path, ["migrate-in", "export", "--db", join(folder.path, "second.db")]);
  expect(moved.output).not.toContain("Not kept");
  expect(moved.exitCode, moved.output).toBe(0);
  await using second = await startServe(folder.path, ["--db", join(folder.path, "second.db")]);
  expect(await everything(second.url)).toEqual(await everything(first.url));
});
