import { expect, test } from "vitest";
import type { Clock } from "../../src/kit/clock.ts";
import { compareText } from "../../src/kit/json.ts";
import type { AssistantSpec } from "../../src/resources/assistant/spec.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import type { TestRun, TestedResource } from "../../src/targets/target.ts";
import { delta, events, startPeer, usage } from "../server/models/openai/peer.ts";
import { newFile, startKnowledge } from "./knowledge.ts";
import { plainSpec } from "./spec.ts";

const png = "\u0089PNG\r\n";
const texts = {
  "a/receipt.md": "The total is 42.50 EUR.",
  "b/receipt.md": "The total is 42.50 EUR.",
  "photo.png": png,
};
const files = Object.entries(texts).map(([path, text]) => {
  return { address: `file.${path}`, file: newFile(path.slice(path.lastIndexOf("/") + 1), text) };
});
const run: TestRun = {
  project: "desk",
  target: "prod",
  runId: "run",
  ended: [],
  resources: new Map<string, TestedResource>(
    files.map(({ address, file: { filename, bytes, sha256 } }) => [
      address,
      { kind: fileKind, spec: { filename, bytes, sha256 } },
    ]),
  ),
  onProgress: () => {},
  contentOf: (sha256) => files.find(({ file }) => file.sha256 === sha256)!.file.open(),
};
const addresses = files.map(({ address }) => address);
const reader: AssistantSpec = {
  ...plainSpec,
  tools: [
    { kind: "code_interpreter", files: [] },
    { kind: "file_search", vectorStores: [], maxNumResults: null, rankingOptions: null },
  ],
};
const receipt = { file: "file.a/receipt.md", tools: ["file_search", "code_interpreter"] as const, isShown: false };
const photo = { file: "file.photo.png", tools: [], isShown: true };
const { signal } = new AbortController();

/** A server whose model searches for what is said, and says what it found. */
async function start(clock?: Clock) {
  const steps = [{ call: "file_search", with: { query: "total" } }, { say: "${{ tools.file_search.output }}" }];
  const script = { id: "s", assistantName: "Shop", opening: [], turns: [{ user: ["What was it?"], steps }], scope: {} };
  const model = createScriptedModel({ scripts: [script], delay: async () => {} });
  const side = await startKnowledge({ model, ...(clock !== undefined && { clock }) });
  const left = async () => {
    const lists = await Promise.all(["/assistants", "/vector_stores", "/files"].map((path) => side.all(path)));
    return lists
      .flat()
      .map(({ name, filename }) => String(filename ?? name))
      .toSorted(compareText);
  };
  return { side, left };
}

test("a file that goes with a message is there for its tools, and everything is gone at the end", async () => {
  const { side, left } = await start();
  const session = side.target.testing(run);
  await Promise.all([session.upload(addresses, "gpt-4o"), session.prepare(reader)]);
  // Two files of one name and content are one.
  expect(await left()).toEqual(["Shop", "files of scenarios", "photo.png", "receipt.md"]);
  const conversation = await session.open({ assistant: reader, messages: [], metadata: {} });
  const attachments = [receipt, photo];
  const told = await Array.fromAsync(conversation.send("What was it?", { signal, attachments }));
  expect(told.find(({ kind }) => kind === "message")).toMatchObject({
    text: expect.stringContaining("42.50") as string,
  });
  const uploaded = await side.all("/files");
  const idOf = (name: string) => uploaded.find(({ filename }) => filename === name)?.id;
  const [message] = await side.all(`/threads/${conversation.id}/messages?order=asc`);
  expect(message).toMatchObject({
    content: [
      { type: "text", text: { value: "What was it?" } },
      { type: "image_file", image_file: { file_id: idOf("photo.png") } },
    ],
    attachments: [{ file_id: idOf("receipt.md"), tools: [{ type: "file_search" }, { type: "code_interpreter" }] }],
  });
  expect(await side.ask("GET", `/threads/${conversation.id}`)).toMatchObject({
    tool_resources: { code_interpreter: { file_ids: [idOf("receipt.md")] } },
  });
  await conversation.close();
  expect(await side.all("/vector_stores")).toEqual([]);
  await session.close();
  expect(await left()).toEqual([]);
});

test("a conversation uploads what was not uploaded before", async () => {
  const { side, left } = await start();
  const session = side.target.testing(run);
  const conversation = await session.open({ assistant: reader, messages: [], metadata: {} });
  await Array.fromAsync(conversation.send("What was it?", { signal, attachments: [receipt] }));
  await conversation.close();
  await session.close();
  expect(await left()).toEqual([]);
});

test("what is shown reaches the model as an image", async () => {
  const peer = await startPeer([
    { pieces: [events(delta({ content: "A cat." }), delta({}, "stop"), usage, "[DONE]")] },
  ]);
  const side = await startKnowledge({ model: peer.model });
  const session = side.target.testing(run);
  const conversation = await session.open({ assistant: plainSpec, messages: [], metadata: {} });
  await Array.fromAsync(conversation.send("What is it?", { signal, attachments: [photo] }));
  const sent = peer.heard[0]?.body["messages"] as { role: string; content: unknown }[];
  const said = sent.find(({ role }) => role === "user");
  expect(said?.content).toEqual([
    { type: "text", text: "What is it?" },
    {
      type: "image_url",
      image_url: { url: expect.stringMatching(/^data:image\/png;base64,/) as string, detail: "auto" },
    },
  ]);
  await session.close();
});

test("what a killed run uploaded goes with a later one", async () => {
  const { side, left } = await start();
  await side.target.testing(run).upload(addresses, "gpt-4o");
  const next = side.target.testing({ ...run, runId: "later", ended: [{ runId: run.runId, kinds: [fileKind] }] });
  await next.prepare(reader);
  await next.close();
  expect(await left()).toEqual([]);
});
