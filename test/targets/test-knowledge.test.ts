import { expect, test } from "vitest";
import { asObject, compareText } from "../../src/kit/json.ts";
import type { AssistantSpec } from "../../src/resources/assistant/spec.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import type { FileReader } from "../../src/server/search/reader/reader.ts";
import type { TestRun, TestedResource } from "../../src/targets/target.ts";
import { handbookRun, newFile, startKnowledge } from "./knowledge.ts";
import { plainSpec } from "./spec.ts";

const texts = { "files/a.md": "alpha", "files/b.md": "beta", "files/table.csv": "x,y" };
const files = new Map(
  Object.entries(texts).map(([path, text]) => [`file.${path}`, newFile(path.replace("files/", ""), text)] as const),
);
const { run, handbook } = handbookRun(files, ["file.files/a.md", "file.files/b.md"]);

const search = (vectorStores: string[]) => ({
  kind: "file_search" as const,
  vectorStores,
  maxNumResults: null,
  rankingOptions: null,
});
const support: AssistantSpec = { ...plainSpec, name: "support", tools: [search(["vector_store.handbook"])] };
const analyst: AssistantSpec = {
  ...plainSpec,
  name: "analyst",
  tools: [
    { kind: "code_interpreter", files: ["file.files/table.csv", "file.files/a.md"] },
    search(["vector_store.handbook"]),
  ],
};

async function openSession(options: Parameters<typeof startKnowledge>[0] = {}) {
  const side = await startKnowledge(options);
  return {
    side,
    session: side.target.testing(run),
    /** The names of everything that is at the target. */
    left: async () => {
      const lists = await Promise.all(["/assistants", "/vector_stores", "/files"].map((path) => side.all(path)));
      return lists
        .flat()
        .map(({ name, filename }) => String(name ?? filename))
        .toSorted(compareText);
    },
  };
}

test("knowledge is made once for all assistants, indexed when they are prepared, and gone at the end", async () => {
  const { side, left } = await openSession();
  const told = new Map<string, number>();
  const onProgress: TestRun["onProgress"] = (address, { done }) => void told.set(address, done);
  const session = side.target.testing({ ...run, onProgress });
  await Promise.all([support, analyst, support].map((assistant) => session.prepare(assistant)));
  expect(await left()).toEqual(["Handbook", "a.md", "analyst", "b.md", "support", "table.csv"]);
  const [store] = await side.all("/vector_stores");
  expect(store).toMatchObject({ file_counts: { completed: 2, total: 2 }, expires_after: { days: 1 } });
  expect(told).toEqual(
    new Map([...[...files].map(([address, { bytes }]) => [address, bytes] as const), ["vector_store.handbook", 2]]),
  );
  const assistants = await side.all("/assistants");
  const uploaded = await side.all("/files");
  const idOf = (name: string) => uploaded.find(({ filename }) => filename === name)?.id;
  expect(assistants.find(({ name }) => name === "analyst")).toMatchObject({
    tool_resources: {
      code_interpreter: { file_ids: [idOf("table.csv"), idOf("a.md")] },
      file_search: { vector_store_ids: [store?.id] },
    },
  });
  expect(uploaded.map((each) => Number(each.expires_at) - Number(each.created_at))).toEqual([86_400, 86_400, 86_400]);
  await session.close();
  expect(await left()).toEqual([]);
});

test("a store may have many files", async () => {
  const { side, left } = await openSession();
  const many = Array.from({ length: 120 }, (_, index) => newFile(`${index}.md`, `page ${index}`));
  const paths = new Map(many.map((file) => [`files/${file.filename}`, file]));
  const resources = new Map<string, TestedResource>(
    [...paths].map(([path, { filename, bytes, sha256 }]) => [
      `file.${path}`,
      { kind: fileKind, spec: { filename, bytes, sha256 } },
    ]),
  );
  const all = [...paths].map(([path, { sha256 }]) => ({ file: `file.${path}`, path, sha256 }));
  resources.set("vector_store.handbook", {
    kind: vectorStoreKind,
    spec: { ...handbook, files: { kind: "members", members: all } },
  });
  const contentOf: TestRun["contentOf"] = (sha256) => many.find((each) => each.sha256 === sha256)!.open();
  const session = side.target.testing({ ...run, resources, contentOf });
  await session.prepare(support);
  expect(await side.all("/vector_stores")).toMatchObject([{ file_counts: { completed: 120 } }]);
  await session.close();
  expect(await left()).toEqual([]);
});

test("what is at the target by its id is used, and stays", async () => {
  const { side, session, left } = await openSession();
  const own = await side.target.registry.create(fileKind, fileOf("files/a.md"), null, plainWorkFor());
  const named: AssistantSpec = {
    ...plainSpec,
    name: "named",
    tools: [{ kind: "code_interpreter", files: [own.id, "file.files/b.md"] }],
  };
  await session.prepare(named);
  await session.close();
  expect(await left()).toEqual(["a.md"]);
});

test("an assistant without knowledge needs a server with neither files nor vector stores", async () => {
  const { side, session } = await openSession();
  await side.target.testing({ ...run, resources: new Map() }).prepare(plainSpec);
  const alone = side.target.testing({ ...run, resources: new Map() });
  await alone.prepare({ ...plainSpec });
  await alone.close();
  await session.close();
  expect(side.requests.filter((each) => /files|vector_stores/.test(each))).toEqual([]);
});

/** A reader that never comes to an end. */
const stuck: FileReader = {
  read: (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("closed")))),
  close: async () => {},
};

test("interrupted while files are being indexed, nothing is left behind", async () => {
  const { side, session, left } = await openSession({ reader: stuck });
  side.failing("GET /vector_stores/*/file_batches/*", () => {
    side.interrupt();
    return null;
  });
  await expect(session.prepare(analyst)).rejects.toThrow("interrupted");
  await session.close();
  expect(await left()).toEqual([]);
});

test("a file that cannot be indexed is reported to every caller, and tried once", async () => {
  const { side, session } = await openSession({
    reader: { read: async () => ({ kind: "unreadable", code: "invalid_file", message: "No." }), close: async () => {} },
  });
  for (const assistant of [support, support, analyst])
    await expect(session.prepare(assistant)).rejects.toThrow("not_indexed");
  expect(side.requests.filter((each) => each === "POST /vector_stores")).toHaveLength(1);
});

/** A target whose time goes on when it is told to. */
function startTime() {
  let passed = 0;
  return { serverNow: () => Date.now() + passed, pass: (hours: number) => void (passed += hours * 3_600_000) };
}

test("what a killed run left behind goes with a later one, and nothing else", async () => {
  const time = startTime();
  const { side, session, left } = await openSession(time);
  const own = await side.target.registry.create(fileKind, fileOf("files/b.md"), null, plainWorkFor());
  const named: AssistantSpec = {
    ...plainSpec,
    name: "named",
    tools: [{ kind: "code_interpreter", files: [own.id, "file.files/b.md"] }],
  };
  for (const assistant of [analyst, named]) await session.prepare(assistant);
  await side.ask("POST", "/vector_stores", { name: "theirs", file_ids: [own.id] });
  time.pass(2);
  const later = side.target.testing({ ...run, runId: "later" });
  await later.prepare(support);
  await later.close();
  expect(await left()).toEqual(["b.md", "theirs"]);
});

test("what a run left behind of which it is known that it ended goes with the next one, and a run that is alive keeps all", async () => {
  const { side, session } = await openSession();
  await session.prepare(analyst);
  const alive = side.target.testing({ ...run, runId: "alive" });
  await alive.prepare(support);
  const before = await side.all("/vector_stores");
  const next = side.target.testing({
    ...run,
    runId: "next",
    resources: new Map(),
    ended: [{ runId: "run", kinds: [vectorStoreKind, fileKind] }],
  });
  await next.close();
  const owners = (await side.all("/vector_stores")).map(({ metadata }) => asObject(metadata)["playbill.owner"]);
  expect(before).toHaveLength(2);
  expect(owners).toEqual(["desk/prod/temporary.alive"]);
  expect(await side.all("/assistants")).toHaveLength(1);
  await alive.close();
  expect(await side.all("/files")).toEqual([]);
});

test.each(["before", "after"] as const)(
  "cut off %s any request, a later run leaves nothing of it behind that it can know",
  async (when) => {
    for (let number = 1; ; number += 1) {
      const time = startTime();
      const { side, session, left } = await openSession({ ...time, retries: 0 });
      side.cutAt(number, when);
      const isDone = await session.prepare(support).then(
        () => true,
        () => false,
      );
      side.connect();
      time.pass(2);
      const later = side.target.testing({ ...run, runId: "later" });
      await later.prepare(analyst);
      await later.close();
      const there = await left();
      // A file that was not attached to anything yet goes by itself after a day.
      expect(there.filter((name) => !name.endsWith(".md"))).toEqual([]);
      for (const file of await side.all("/files")) expect(file.expires_at).not.toBeNull();
      if (isDone) return expect(there).toEqual([]);
    }
  },
);

function fileOf(path: keyof typeof texts) {
  const { filename, bytes, sha256 } = files.get(`file.${path}`)!;
  return { filename, bytes, sha256 };
}

function plainWorkFor() {
  const { contentOf } = run;
  return {
    contentOf,
    onProgress: () => {},
    onMade: async () => {},
    isOwn: () => false,
    lifetime: null,
    replaces: null,
  };
}
