import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { bin, keptAssistant, leftAt } from "./processes.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

/** Long enough for the slowest machine, and far shorter than everything that is waited for here. */
const soon = 20_000;

/** A server that accepts every request and does what `answer` does about it; `asked` resolves with the first request. */
async function serve(answer: (respond: (body: unknown) => void) => void = () => {}) {
  const asked = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      answer((body) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)));
      asked.resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: asked.promise };
}

/** Lists whose last page never comes. */
function serveEndlessLists() {
  let page = 0;
  return serve((respond) => {
    page += 1;
    const assistant = { id: `asst_${page}`, object: "assistant", created_at: 0, model: "m", tools: [], metadata: {} };
    setTimeout(() => respond({ object: "list", data: [assistant], has_more: true, last_id: assistant.id }), 20);
  });
}

/** The module, the program and the endpoint of the project below; the first two write the file `begun` when they run. */
const handlers = {
  loop: "./loop.ts",
  mark: "./mark.ts",
  program: '{ command: [sh, -c, "echo $$ > ../../begun; exec sleep 60"] }',
  endpoint: (url: string) => `{ http: { url: "${url}" } }`,
};

async function writeProject(folder: TemporaryFolder, url: string, handler: string, steps: string): Promise<void> {
  const write = "import { writeFileSync } from 'node:fs';\nconst mark = () => writeFileSync('begun', '');\n";
  const targets = [
    "local: { api: assistants, server: embedded }",
    `other: { api: assistants, base_url: "${url}/v1" }`,
    `upstream: { api: assistants, server: embedded, model: openai, upstream_base_url: "${url}/v1" }`,
  ];
  const script = `[{ call: ask, with: {} }, ${steps} { say: Hello }]`;
  const turn = `{ user: Hi, script: ${script}, expect: { reply: { contains: Hello } } }`;
  const files = {
    "playbill.yaml": `project: waits\ntargets:\n  ${targets.join("\n  ")}\ndefault_target: local\n`,
    ...keptAssistant,
    "assistants/a.yaml":
      "model: gpt-4o\ntools: [code_interpreter, { function: ask }, { file_search: { vector_store: empty } }]\n",
    "assistants/tools/ask.yaml": `parameters: { type: object }\nhandler: ${handler}\n`,
    "assistants/tools/loop.ts": `${write}export default () => { mark(); for (;;); };\n`,
    "assistants/tools/mark.ts": `${write}export default () => mark();\n`,
    "scenarios/s.yaml": `assistant: a\ntools: { ask: [{ handler: true }] }\nturns: [${turn}]\n`,
  };
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
}

/** Starts a command line, interrupts it once when `begun` resolves, which may read what was printed, and waits for its end. */
async function interrupt(folder: TemporaryFolder, argv: string[], begun: (output: () => string) => Promise<unknown>) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", bin, ...argv], { cwd: folder.path });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  const early = closed.then((code) => Promise.reject(new Error(`it ended by itself with ${code}: ${output}`)));
  await Promise.race([begun(() => output), early]);
  const at = performance.now();
  child.kill("SIGINT");
  const exitCode = await closed;
  early.catch(() => {});
  return { exitCode, output, took: performance.now() - at };
}

/** Resolves when the handler of the project has begun. */
const handlerBegun = (folder: TemporaryFolder) =>
  expect.poll(() => existsSync(join(folder.path, "begun")), { interval: 20 }).toBe(true);

test.each([
  ["plan", "lists without end", serveEndlessLists],
  ["sync --yes", "never answers", serve],
  ["sync --yes", "lists without end", serveEndlessLists],
  ["state rebuild", "never answers", serve],
  ["state rebuild", "lists without end", serveEndlessLists],
  ["test", "never answers", serve],
  ["destroy", "never answers", serve],
  ["import --all", "never answers", serve],
  ["import assistant.b asst_1", "never answers", serve],
  ["pull assistant.a", "never answers", serve],
  ["models", "never answers", serve],
])("%s against a target that %s ends when it is interrupted", async (command, _, start) => {
  await using folder = await temporaryFolder();
  const { url, asked } = await start();
  await writeProject(folder, url, handlers.mark, "");
  const stop = new AbortController();
  const ended = run(folder.path, [...command.split(" "), "--target", "other"], { signal: stop.signal });
  const early = ended.then(({ output }) => Promise.reject(new Error(`it ended by itself: ${output}`)));
  await Promise.race([asked, early]);
  const at = performance.now();
  stop.abort(new Error("interrupted"));
  early.catch(() => {});
  expect((await ended).exitCode).toBe(130);
  expect(performance.now() - at).toBeLessThan(soon);
});

test("plan against a target that never answers is ended by one Ctrl-C", async () => {
  await using folder = await temporaryFolder();
  const { url, asked } = await serve();
  await writeProject(folder, url, handlers.mark, "");
  const { exitCode, took } = await interrupt(folder, ["plan", "--target", "other"], () => asked);
  expect(exitCode).toBe(130);
  expect(took).toBeLessThan(soon);
});

const python = "import time\\nwhile True: pass";

test.each<[string, string, string]>([
  ["a module that loops", handlers.loop, ""],
  ["a program", handlers.program, ""],
  ["the scripted model's delay", handlers.mark, "{ say: Wait, delay: 60s },"],
  ["Python", handlers.mark, `{ call: code_interpreter, with: { input: "${python}" } },`],
])("test that waits for %s is ended by one Ctrl-C, and leaves nothing behind", async (_, handler, steps) => {
  await using folder = await temporaryFolder();
  await writeProject(folder, "http://127.0.0.1:9", handler, steps);
  const { exitCode, output, took } = await interrupt(folder, ["test"], () => handlerBegun(folder));
  expect(output).not.toMatch(/^ +at /m);
  expect(exitCode).toBe(130);
  expect(took).toBeLessThan(soon);
  expect(await leftAt(folder.path)).toEqual({ assistants: [] });
  const processId = Number(readFileSync(join(folder.path, "begun"), "utf8"));
  if (processId > 0) expect(() => process.kill(processId, 0)).toThrow("ESRCH");
});

test.each([
  ["an endpoint that answers a call", "local", handlers.endpoint],
  ["an endpoint that is the model", "upstream", () => handlers.mark],
])("test that waits for %s is ended by one Ctrl-C", async (_, target, handlerOf) => {
  await using folder = await temporaryFolder();
  const { url, asked } = await serve();
  await writeProject(folder, url, handlerOf(url), "");
  const { exitCode, took } = await interrupt(folder, ["test", "--target", target], () => asked);
  expect(exitCode).toBe(130);
  expect(took).toBeLessThan(soon);
});

test("serve is ended by one Ctrl-C while a client waits for a run", async () => {
  await using folder = await temporaryFolder();
  const { url, asked } = await serve();
  const argv = ["serve", "--port", "0", "--model", "openai", "--upstream-base-url", `${url}/v1`];
  const post = async (api: string, path: string, body: object) => {
    const headers = { "content-type": "application/json", "openai-beta": "assistants=v2" };
    const response = await fetch(`${api}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string };
  };
  const begun = async (output: () => string) => {
    await expect.poll(output).toContain("/v1\n");
    const [api = ""] = /http:\S+\/v1/.exec(output()) ?? [];
    const assistant = await post(api, "/assistants", { model: "m" });
    const messages = [{ role: "user", content: "Hi" }];
    const body = { assistant_id: assistant.id, stream: true, thread: { messages } };
    post(api, "/threads/runs", body).catch(() => {});
    await asked;
  };
  const { exitCode, took } = await interrupt(folder, argv, begun);
  expect(exitCode).toBe(0);
  expect(took).toBeLessThan(soon);
});

/** Types into a command line at a terminal of its own. */
const terminal = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
output = b""
while b'Only "yes"' not in output:
    output += os.read(fd, 4096)
os.write(fd, b"\\x03")
try:
    while os.read(fd, 4096): pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("Ctrl-C ends a sync at its question, and releases its lock", async () => {
  await using folder = await temporaryFolder();
  await writeProject(folder, "http://127.0.0.1:9", handlers.mark, "");
  const argv = [process.execPath, "--disable-warning=ExperimentalWarning", bin, "sync"];
  const child = spawn("python3", ["-c", terminal, ...argv], { cwd: folder.path, stdio: "ignore" });
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect(exitCode).toBe(130);
  expect(existsSync(join(folder.path, ".playbill/local.busy"))).toBe(false);
});
