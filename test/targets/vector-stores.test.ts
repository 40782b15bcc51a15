import { expect, test } from "vitest";
import { ProblemError } from "../../src/problem.ts";
import type { FileReader } from "../../src/server/search/reader/reader.ts";
import { createUploads } from "../../src/targets/files/uploads.ts";
import { createBatches } from "../../src/targets/vector-stores/batches.ts";
import { type WantedMember, fillStore } from "../../src/targets/vector-stores/fill.ts";
import { type Fault, inThisThread, newFile, startKnowledge } from "./knowledge.ts";

type Side = Awaited<ReturnType<typeof startKnowledge>>;

/** An empty vector store, and what a sync does with it. */
async function openStore(options: Parameters<typeof startKnowledge>[0] = {}) {
  const side = await startKnowledge(options);
  const upload = createUploads(side.deps);
  const batches = createBatches(side.deps);
  const { id } = (await side.ask("POST", "/vector_stores", { name: "Handbook" })) as { id: string };
  side.requests.length = 0;
  const told: number[] = [];
  return {
    side,
    id,
    told,
    /** Uploads texts by their names. */
    async wanted(texts: Record<string, string>): Promise<WantedMember[]> {
      const made = await Promise.all(
        Object.entries(texts).map(async ([name, text]): Promise<WantedMember> => {
          const file = newFile(name.replace(/.*\//, ""), text);
          const fileId = (await upload(file)).id;
          return { fileId, name, attributes: { "playbill.path": name, "playbill.sha256": file.sha256 } };
        }),
      );
      side.requests.length = 0;
      return made;
    },
    bring: (wanted: WantedMember[], isOwn: (fileId: string) => boolean = () => false) =>
      fillStore(side.deps, batches, {
        id,
        name: "Handbook",
        wanted,
        chunking: null,
        isOwn,
        onProgress: ({ done }) => void told.push(done),
      }),
    members: () => membersOf(side, id),
  };
}

async function membersOf(side: Side, id: string) {
  const members = await side.all(`/vector_stores/${id}/files?order=asc`);
  return members.map(({ status, attributes }) => {
    const { "playbill.path": path } = attributes as Record<string, string>;
    return path === undefined ? String(status) : `${path} ${String(status)}`;
  });
}

async function problemsOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems;
}

test("files are put in with their attributes in one batch, and a second time nothing is written", async () => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta" });
  await store.bring(wanted);
  expect((await store.members()).toSorted()).toEqual(["files/a.md completed", "files/b.md completed"]);
  expect(store.side.requests.filter((each) => !each.startsWith("GET"))).toEqual(["POST /vector_stores/*/file_batches"]);
  expect(store.told.at(-1)).toBe(2);
  store.side.requests.length = 0;
  await store.bring(wanted);
  expect(store.side.requests).toEqual(["GET /vector_stores/*/files"]);
});

test("a changed file replaces the old one; files that others added stay", async () => {
  const store = await openStore();
  const [a, b] = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta" });
  const [foreign] = await store.wanted({ "notes.md": "theirs" });
  await store.bring([a!, b!]);
  await store.side.ask("POST", `/vector_stores/${store.id}/files`, { file_id: foreign?.fileId });
  const [changed] = await store.wanted({ "files/a.md": "ALPHA" });
  await store.bring([changed!]);
  const after = await store.side.all(`/vector_stores/${store.id}/files`);
  expect(new Set(after.map(({ id }) => id))).toEqual(new Set([changed?.fileId, foreign?.fileId]));
});

test("a file that is ours by the lock goes also when the server has kept no attributes", async () => {
  const store = await openStore();
  const [a, b] = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta" });
  await store.side.ask("POST", `/vector_stores/${store.id}/file_batches`, { file_ids: [a?.fileId, b?.fileId] });
  await store.bring([b!], (id) => id === a?.fileId);
  expect(await store.members()).toEqual(["files/b.md completed"]);
});

test.each<[Fault, number]>([
  [429, 2],
  [500, 2],
  ["cut before", 2],
  ["cut after", 1],
  ["500 after", 1],
])("%s at a batch: the files are in once, by so many requests: %i", async (fault, batches) => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta" });
  store.side.failing("POST /vector_stores/*/file_batches", fault);
  await store.bring(wanted);
  expect((await store.members()).toSorted()).toEqual(["files/a.md completed", "files/b.md completed"]);
  const sent = store.side.requests.filter((each) => each === "POST /vector_stores/*/file_batches");
  expect(sent).toHaveLength(batches);
});

test.each<[string, Fault]>([
  ["GET /vector_stores/*/files", 500],
  ["GET /vector_stores/*/file_batches/*", "cut after"],
  ["GET /vector_stores/*/file_batches/*", 429],
])("%s with %s is read again", async (request, fault) => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha" });
  store.side.failing(request, fault, 2);
  await store.bring(wanted);
  expect(await store.members()).toEqual(["files/a.md completed"]);
});

const refusing = (message: string, fits: (body: { files?: object[]; file_ids?: string[] }) => boolean): Fault => {
  return async (request) => {
    const body = (await request.clone().json()) as { files?: object[]; file_ids?: string[] };
    return fits(body) ? null : Response.json({ error: { message, type: "invalid_request_error" } }, { status: 400 });
  };
};

test("a server that takes fewer files in a batch gets smaller ones", async () => {
  const store = await openStore();
  const wanted = await store.wanted(
    Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`files/${name}.md`, name])),
  );
  const message =
    "Invalid 'files': array too long. Expected an array with maximum length 2, but got an array with length 5 instead.";
  store.side.failing(
    "POST /vector_stores/*/file_batches",
    refusing(message, ({ files = [] }) => files.length <= 2),
    99,
  );
  await store.bring(wanted);
  expect((await store.members()).filter((each) => each.endsWith("completed"))).toHaveLength(5);
  expect(store.side.requests.filter((each) => each.startsWith("POST"))).toHaveLength(4);
});

test("a server that knows one set of attributes a batch gets them file by file", async () => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta" });
  store.side.failing(
    "POST /vector_stores/*/file_batches",
    refusing("Missing required parameter: 'file_ids'.", ({ file_ids: ids }) => ids !== undefined),
    99,
  );
  await store.bring(wanted);
  expect((await store.members()).toSorted()).toEqual(["files/a.md completed", "files/b.md completed"]);
});

test("a server that keeps no attributes has the files all the same, and is not asked for each", async () => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta", "files/c.md": "gamma" });
  const forgetful: Fault = async (request) => {
    const { files } = (await request.json()) as { files: { file_id: string }[] };
    const body = JSON.stringify({ file_ids: files.map(({ file_id: id }) => id) });
    return store.side.app.fetch(request.url, { method: "POST", headers: request.headers, body });
  };
  store.side.failing("POST /vector_stores/*/file_batches", forgetful);
  store.side.failing("POST /vector_stores/*/files/*", () => Response.json({ attributes: {} }), 99);
  await store.bring(wanted);
  expect(await store.members()).toEqual(["completed", "completed", "completed"]);
  expect(store.side.requests.filter((each) => each === "POST /vector_stores/*/files/*")).toHaveLength(1);
});

test("files that cannot be indexed are named with the reason, and the others are in", async () => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha", "files/b.xyz": "\u0000\u0001", "files/c.pdf": "no pdf" });
  const problems = await problemsOf(store.bring(wanted));
  expect(problems.map(({ code }) => code)).toEqual(["not_indexed", "not_indexed"]);
  expect(problems[0]?.message).toMatch(
    /^files\/b\.xyz was not indexed in the vector store "Handbook": unsupported_file: /,
  );
  expect((await store.members()).toSorted()).toEqual([
    "files/a.md completed",
    "files/b.xyz failed",
    "files/c.pdf failed",
  ]);
});

test("a file that fails leaves in the store what it was to replace", async () => {
  const store = await openStore();
  const [before] = await store.wanted({ "files/a.pdf": "# text all the same" });
  await store.side.ask("POST", `/vector_stores/${store.id}/file_batches`, {
    files: [{ file_id: before?.fileId, attributes: before?.attributes }],
  });
  const [changed] = await store.wanted({ "files/a.pdf": "broken" });
  await problemsOf(store.bring([changed!]));
  const ids = (await store.side.all(`/vector_stores/${store.id}/files`)).map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set([before?.fileId, changed?.fileId]));
});

/** A reader that reads nothing until it is let. */
function stuckReader() {
  const real = inThisThread();
  const gate = Promise.withResolvers<void>();
  const reader: FileReader = {
    async read(job, signal) {
      await Promise.race([gate.promise, new Promise((end) => signal.addEventListener("abort", end, { once: true }))]);
      return real.read(job, signal);
    },
    close: async () => {},
  };
  return { reader, open: () => gate.resolve() };
}

test("files that never get indexed are named after a time without any progress, and waited for by the next", async () => {
  const { reader, open } = stuckReader();
  const store = await openStore({ reader });
  const wanted = await store.wanted({ "files/a.md": "alpha", "files/b.md": "beta" });
  const [problem] = await problemsOf(store.bring(wanted));
  expect(problem).toMatchObject({ code: "indexing_timed_out", kind: "remote" });
  expect(problem?.message).toContain("files/a.md, files/b.md");
  open();
  store.side.requests.length = 0;
  await store.bring(wanted);
  expect(store.side.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  expect(await store.members()).toHaveLength(2);
});

test("waiting ends at once with the command, and the next command continues", async () => {
  const { reader, open } = stuckReader();
  const store = await openStore({ reader });
  const wanted = await store.wanted({ "files/a.md": "alpha" });
  store.side.failing("GET /vector_stores/*/file_batches/*", () => {
    store.side.interrupt();
    return null;
  });
  expect(await problemsOf(store.bring(wanted))).toMatchObject([{ code: "interrupted" }]);
  open();
  expect(await store.members()).toHaveLength(1);
});

test("a batch that another client cancels is reported, and the next sync starts it again", async () => {
  const { reader, open } = stuckReader();
  const store = await openStore({ reader });
  const wanted = await store.wanted({ "files/a.md": "alpha" });
  store.side.failing("GET /vector_stores/*/file_batches/*", async (request) => {
    await store.side.app.fetch(`${request.url}/cancel`, { method: "POST" });
    return null;
  });
  const [problem] = await problemsOf(store.bring(wanted));
  expect(problem).toMatchObject({ code: "not_indexed", message: expect.stringContaining("cancelled") as string });
  open();
  await store.bring(wanted);
  expect(await store.members()).toEqual(["files/a.md completed"]);
});

test("a file whose indexing fails by a fault of the server is put in again", async () => {
  const real = inThisThread();
  let failures = 2;
  const reader: FileReader = {
    async read(job, signal) {
      failures -= 1;
      if (failures >= 0) throw new Error("a fault");
      return real.read(job, signal);
    },
    close: async () => {},
  };
  const store = await openStore({ reader });
  await store.bring(await store.wanted({ "files/a.md": "alpha" }));
  expect(await store.members()).toEqual(["files/a.md completed"]);
});

test("a list that shows new files late is read again", async () => {
  const store = await openStore();
  const wanted = await store.wanted({ "files/a.md": "alpha" });
  store.side.failing("GET /vector_stores/*/files", () => Response.json({ data: [], has_more: false }), 3);
  await store.bring(wanted);
  expect(store.side.requests.filter((each) => each.endsWith("file_batches"))).toHaveLength(1);
});
