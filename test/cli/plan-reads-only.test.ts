import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

const readingCommands = [
  ["plan"],
  ["plan", "--json", "--prune"],
  ["plan", "--format", "markdown"],
  ["state", "list"],
  ["validate"],
];

async function smallProject(settings: string): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", `project: small\n${settings}`);
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
  await project.write("assistants/b.yaml", "model: gpt-4o\n");
  return project;
}

/** Every file under a folder, with its content and when it was written. */
async function everything(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.toSorted().map(async (file) => {
      const hash = createHash("sha256").update(await readFile(file));
      return `${file} ${hash.digest("hex")} ${(await stat(file)).mtimeMs}`;
    }),
  );
}

/** The same three moments of every project: before a sync, after it, and with a change that waits. */
async function lookAround(project: TemporaryFolder): Promise<void> {
  const before = await everything(project.path);
  for (const argv of readingCommands) expect(await run(project.path, argv)).toMatchObject({ exitCode: 0 });
  expect(await everything(project.path)).toEqual(before);
}

test("nothing on disk changes by looking, the embedded server's state included", async () => {
  await using project = await smallProject("");
  await lookAround(project);
  expect(await run(project.path, ["sync", "--yes"])).toMatchObject({ exitCode: 0 });
  await lookAround(project);
  await project.write("assistants/a.yaml", "model: gpt-4o-mini\n");
  await lookAround(project);
});

test("a server only gets reads, and no writes", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path);
  const methods: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    methods.push(method);
    const onward = request(server.url + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  const { port } = proxy.address() as AddressInfo;
  await using project = await smallProject(
    `targets: { far: { api: assistants, base_url: "http://127.0.0.1:${port}/v1" } }\ndefault_target: far\n`,
  );
  await lookAround(project);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
  expect(await run(project.path, ["sync", "--yes"])).toMatchObject({ exitCode: 0 });
  await project.write("assistants/a.yaml", "model: gpt-4o-mini\n");
  methods.length = 0;
  await lookAround(project);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
  proxy.closeAllConnections();
  proxy.close();
});
