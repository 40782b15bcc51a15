import { expect, test } from "vitest";
import { compareText } from "../../../src/kit/json.ts";
import { assistantKind } from "../../../src/resources/assistant/kind.ts";
import { fileKind } from "../../../src/resources/file/kind.ts";
import { bindReferences } from "../../../src/resources/fields.ts";
import { vectorStoreKind } from "../../../src/resources/vector-store/kind.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { createResponsesTarget } from "../../../src/targets/responses/target.ts";
import type { Work } from "../../../src/targets/target.ts";
import { handbookRun, newFile, startKnowledge } from "../knowledge.ts";
import { plainSpec } from "../spec.ts";
import { events, signal } from "./peer.ts";

const files = ["receipt.md", "rules.md"].map((name) => ({
  address: `file.files/${name}`,
  file: newFile(name, name === "rules.md" ? "There are seven parking spaces." : "The total is 42.50 EUR."),
}));
const { run, handbook } = handbookRun(new Map(files.map(({ address, file }) => [address, file])));
const search = (vectorStores: string[]) => ({
  kind: "file_search" as const,
  vectorStores,
  maxNumResults: null,
  rankingOptions: null,
});
const work: Work = {
  contentOf: run.contentOf,
  onProgress: () => {},
  onMade: async () => {},
  isOwn: () => false,
  lifetime: null,
  replaces: null,
};

/** A server whose model searches for what is said, and says what it found. */
async function start() {
  const steps = [{ call: "file_search", with: { query: "total" } }, { say: "${{ tools.file_search.output }}" }];
  const script = { id: "s", assistantName: "Shop", opening: [], turns: [{ user: ["What was it?"], steps }], scope: {} };
  const model = createScriptedModel({ scripts: [script], delay: async () => {} });
  const side = await startKnowledge({
    model,
    createTarget: (connection) => createResponsesTarget({ ...connection, state: "conversation" }),
  });
  const left = async () => {
    const lists = await Promise.all(["/vector_stores", "/files"].map((path) => side.all(path)));
    return lists
      .flat()
      .map(({ name, filename }) => String(filename ?? name))
      .toSorted(compareText);
  };
  return { side, left };
}

/** Syncs the store of the files, as `sync` does. */
async function syncStore({ registry }: Awaited<ReturnType<typeof start>>["side"]["target"]): Promise<string> {
  const ids = new Map<string, string>();
  for (const { address, file } of files) ids.set(address, (await registry.create(fileKind, file, null, work)).id);
  const spec = bindReferences(vectorStoreKind, handbook, (address) => ids.get(address) ?? address);
  const marker = { owner: "desk/prod/vector_store.handbook", spec: "2", rev: "" };
  return (await registry.create(vectorStoreKind, spec, marker, work)).id;
}

test("a file that goes with a turn is searched beside the assistant's store, and told of where it is cited", async () => {
  const { side, left } = await start();
  const session = side.target.testing(run);
  await session.upload(["file.files/receipt.md"], "gpt-4o");
  const conversation = await session.open({
    assistant: { ...plainSpec, tools: [search([])] },
    messages: [],
    metadata: {},
  });
  const attachments = [{ file: "file.files/receipt.md", tools: ["file_search"] as const, isShown: false }];
  const all = await events(conversation.send("What was it?", { signal, attachments }));
  expect(all).toMatchObject([
    { kind: "search", results: [{ file: "receipt.md" }] },
    { kind: "message", text: expect.stringContaining("42.50 EUR") },
    { kind: "ended", status: "completed" },
  ]);
  expect(await left()).toContain("files of a conversation");
  await conversation.close();
  await session.close();
  expect(await left()).toEqual([]);
});

test("a store that is synced and unchanged is used as it is, a changed one as a copy", async () => {
  const { side, left } = await start();
  await syncStore(side.target);
  const before = await left();
  const assistant = { ...plainSpec, tools: [search(["vector_store.handbook"])] };
  const unchanged = side.target.testing(run);
  await unchanged.prepare(assistant);
  expect(await left()).toEqual(before);
  await unchanged.close();
  expect(await left()).toEqual(before);
  const changed = new Map(run.resources).set("vector_store.handbook", {
    kind: vectorStoreKind,
    spec: { ...handbook, files: { kind: "members", members: handbook.files.members.slice(1) } },
  });
  const copied = side.target.testing({ ...run, resources: changed });
  await copied.prepare({ ...assistant });
  expect(await left()).toEqual([...before, "Handbook", "rules.md"].toSorted(compareText));
  await copied.close();
  expect(await left()).toEqual(before);
});

test("files for code that a killed run uploaded are named by a store, and deleted by the next run", async () => {
  const { side, left } = await start();
  const analyst = { ...plainSpec, tools: [{ kind: "code_interpreter" as const, files: ["file.files/rules.md"] }] };
  await side.target.testing({ ...run, runId: "killed" }).prepare(analyst);
  expect(await left()).toEqual(["files of a test", "rules.md"]);
  const next = side.target.testing({ ...run, ended: [{ runId: "killed", kinds: [] }] });
  await next.prepare(plainSpec);
  await next.close();
  expect(await left()).toEqual([]);
});

test("what was synced is talked to by its name in the bundle", async () => {
  const { side } = await start();
  const { registry } = side.target;
  const store = await syncStore(side.target);
  const marker = { owner: "desk/prod/assistant.support", spec: "2", rev: "" };
  await registry.create(assistantKind, { ...plainSpec, tools: [search([store])] }, marker);
  const session = side.target.testing(run);
  const conversation = await session.open({ assistant: "support", messages: [], metadata: {} });
  const all = await events(conversation.send("What was it?", { signal }));
  expect(all.at(-1)).toMatchObject({ kind: "ended", status: "completed" });
  await expect(session.open({ assistant: "suport", messages: [], metadata: {} })).rejects.toThrow(
    'no assistant "suport"',
  );
});

test("all of a conversation is read back, by its id and by that of the last response of a chain", async () => {
  for (const state of ["conversation", "chain"] as const) {
    const { side } = await start();
    const target = createResponsesTarget({ ...side.connection, state });
    const session = target.testing(run);
    const messages = [{ role: "call" as const, name: "lookup", arguments: "{}", output: "late" }];
    const tools = [search([await syncStore(target)])];
    const conversation = await session.open({ assistant: { ...plainSpec, tools }, messages, metadata: {} });
    await events(conversation.send("What was it?", { signal }));
    const history = await target.history(conversation.id);
    expect(history?.events.map(({ kind }) => kind).filter((kind) => kind !== "instructions")).toEqual([
      "calls",
      "answer",
      "user",
      "search",
      "said",
    ]);
    expect(await target.history(state === "chain" ? "resp_none" : "conv_none")).toBeNull();
  }
});
