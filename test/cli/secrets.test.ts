import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { formsOf } from "../../src/kit/secrets.ts";
import { sendJson, startPeer } from "../targets/peer.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const secret = 'sk-Ab12+/=cd "34" & more';
const password = "p&w/5+x=9 z";

/** Every form in which something could have written the secret, and the pieces that are left when one is cut in two. */
const forms = [
  ...formsOf(secret),
  ...formsOf(password),
  Buffer.from(`user:${password}`).toString("base64"),
  "sk-Ab12",
].filter((form) => form.length > 5);

async function everythingIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile() && !each.name.endsWith(".db") && each.name !== "playbill.yaml");
  return (await Promise.all(files.map((each) => readFile(join(each.parentPath, each.name), "utf8")))).join("\n");
}

async function projectAt(settings: string): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", `project: desk\ntargets:\n  prod: ${settings}\n`);
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
  await project.write(
    "scenarios/hi.yaml",
    "assistant: a\nturns: [{ user: Hi, expect: { reply: { contains: Hello } } }]\n",
  );
  return project;
}

/** Says what it was sent, in every way that comes to mind. */
function echoing(request: IncomingMessage, response: ServerResponse): void {
  const sent = request.headers.authorization ?? "";
  const key = sent.replace(/^\w+ /, "");
  const words = `You sent ${sent}, ${encodeURIComponent(key)}, ${JSON.stringify(JSON.stringify(key))}, ${Buffer.from(key).toString("base64")}.`;
  const url = request.url ?? "";
  if (request.method === "GET") return sendJson(response, 200, { object: "list", data: [], has_more: false });
  if (request.method === "DELETE") return sendJson(response, 400, { error: { message: words } });
  if (url.endsWith("/runs")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const message = { id: "msg_1", content: [{ type: "text", text: { value: words, annotations: [] } }] };
    const events = [
      ["thread.run.created", { id: "run_1" }],
      ["thread.message.completed", message],
      ["thread.run.completed", { id: "run_1", status: "completed" }],
    ];
    response.end(
      events.map(([event, data]) => `event: ${event as string}\ndata: ${JSON.stringify(data)}\n\n`).join(""),
    );
    return undefined;
  }
  if (url.includes("threads")) return sendJson(response, 200, { id: "thread_1" });
  const isCopy = request.headers["x-fail"] === undefined;
  return sendJson(response, isCopy ? 200 : 400, { id: "asst_1", model: "gpt-4o", instructions: words });
}

const commands = [
  ["validate"],
  ["plan"],
  ["plan", "--json"],
  ["plan", "--format", "markdown"],
  ["plan", "--out", "saved.json"],
  ["sync", "--yes"],
  ["test"],
  ["test", "--verbose", "--reporter", "junit=junit.xml"],
  ["test", "--json"],
  ["state", "list"],
  ["state", "show", "assistant.a"],
];

test.each([
  ["as a key", '{ api: assistants, base_url: "BASE", api_key: "${KEY}" }', echoing],
  ["as a password", '{ api: assistants, base_url: "${URL}" }', echoing],
  [
    "refused",
    '{ api: assistants, base_url: "BASE", api_key: "${KEY}" }',
    (request: IncomingMessage, response: ServerResponse) =>
      sendJson(response, 401, { error: { message: `Incorrect key ${request.headers.authorization}` } }),
  ],
  ["with a mistake in the file", '{ api: assistants, base_url: "BASE", api_key: "${KEY}", nonsense: 1 }', echoing],
])("no command says the secret or writes it into a file: %s", async (how, settings, answer) => {
  await using peer = await startPeer(answer);
  await using project = await projectAt(settings.replace("BASE", peer.baseUrl));
  const url = peer.baseUrl.replace("http://", `http://user:${encodeURIComponent(password)}@`);
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, KEY: secret, URL: url };
  let all = "";
  for (const argv of commands) {
    const { output } = await run(project.path, argv, { env });
    const said = output + (await everythingIn(project.path));
    expect(forms.filter((form) => said.includes(form)).map((form) => [argv.join(" "), form])).toEqual([]);
    all += said;
  }
  // Otherwise nothing was there to be hidden.
  if (how !== "with a mistake in the file") expect(all).toContain("***");
});

test("a user and a password in the base URL are sent as Basic authorization", async () => {
  const sent: unknown[] = [];
  await using peer = await startPeer((request, response) => {
    sent.push(request.headers.authorization);
    sendJson(response, 200, { object: "list", data: [], has_more: false });
  });
  await using project = await projectAt('{ api: assistants, base_url: "${URL}" }');
  const url = peer.baseUrl.replace("http://", `http://user:${encodeURIComponent(password)}@`);
  const { exitCode } = await run(project.path, ["plan"], { env: { PATH: process.env.PATH, URL: url } });
  expect(exitCode).toBe(0);
  expect(new Set(sent)).toEqual(new Set([`Basic ${Buffer.from(`user:${password}`).toString("base64")}`]));
});

test("validate needs no key, and reports what is wrong with an existing one", async () => {
  await using project = await projectAt('{ api: assistants, base_url: "http://127.0.0.1:1/v1", api_key: "${KEY}" }');
  const { PATH } = process.env;
  expect((await run(project.path, ["validate"], { env: { PATH } })).output).not.toContain("bad_api_key");
  const { exitCode, output } = await run(project.path, ["validate"], { env: { PATH, KEY: "sk-first\nsk-second" } });
  expect(output).toContain("warning[bad_api_key]");
  expect(output).not.toContain("sk-");
  expect(exitCode).toBe(0);
});

test.each([["sk-first-line\nsk-second-line\n"], ["sk-first-line\r\n"], ["sk-füür-1234"]])(
  "a key that no header can carry is a problem of its place: %j",
  async (key) => {
    await using project = await projectAt('{ api: assistants, base_url: "http://127.0.0.1:1/v1", api_key: "${KEY}" }');
    const { exitCode, output } = await run(project.path, ["plan"], { env: { PATH: process.env.PATH, KEY: key } });
    expect(output).toContain("error[bad_api_key]");
    expect(output).toContain("playbill.yaml:3");
    for (const line of key.trim().split(/\s+/)) expect(output).not.toContain(line);
    expect(exitCode).toBe(4);
  },
);

test("carets stay at their place, in problems and in verdicts, however long the secret was", async () => {
  await using project = await projectAt('{ api: assistants, base_url: "http://127.0.0.1:1/v1", api_key: "${KEY}" }');
  const KEY = "sk-a-very-long-key-that-is-hidden-0123456789";
  const config =
    "project: x\ntargets:\n  here: { api: assistants, server: embedded }\n  other:\n    api: assistants\n    base_url: http://127.0.0.1:1/v1\n    api_key: ${KEY}\ndefault_target: here\n";
  await project.write("playbill.yaml", config);
  await project.write("assistants/a.yaml", "model: m\n");
  const turn = `{ user: Hi, script: [{ say: no }], expect: { reply: { contains: ${KEY} } } }`;
  await project.write("scenarios/s.yaml", `assistant: a\nturns: [${turn}]\n`);
  const { output } = await run(project.path, ["test"], { env: { PATH: process.env.PATH, KEY } });
  expect(output).toMatch(/contains: \*\*\* } } }\]\n +\| +\^\^\^\n/);
});
