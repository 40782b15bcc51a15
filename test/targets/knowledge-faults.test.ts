import { expect, test } from "vitest";
import { ProblemError } from "../../src/problem.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import { handbook, isLike, marker, openRegistry } from "./handbook.ts";
import type { Fault } from "./knowledge.ts";

/** Cuts the connection at the request of that number, before it arrives or after it was carried out, and for good. */
async function cutOff(number: number, when: "before" | "after") {
  const opened = await openRegistry();
  const { side, registry, members, work, made } = opened;
  const own = await members({ "files/a.md": "alpha", "files/b.md": "beta" });
  const spec = handbook(own);
  made.length = 0;
  side.cutAt(number, when);
  const work1 = registry.create(vectorStoreKind, spec, marker, work);
  const isDone = await work1.then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(ProblemError);
      return false;
    },
  );
  side.connect();
  return { ...opened, spec, isDone };
}

test.each(["before", "after"] as const)(
  "cut off %s any request, a store is found and filled by the next",
  async (when) => {
    for (let number = 1; ; number += 1) {
      const { registry, spec, isDone, stores, work, side } = await cutOff(number, when);
      const there = await stores();
      expect(there.length).toBeLessThanOrEqual(1);
      const live = there[0] ?? (await registry.create(vectorStoreKind, spec, marker, work));
      const after = isLike(live, spec).includes("files")
        ? await registry.update(vectorStoreKind, live, { files: spec.files }, marker, work)
        : live;
      expect(isLike(after, spec)).toEqual([]);
      expect(await stores()).toHaveLength(1);
      const files = await side.all(`/vector_stores/${after.id}/files`);
      expect(files.map(({ status }) => status)).toEqual(["completed", "completed"]);
      if (isDone) return;
    }
  },
);

test.each<Fault>([429, 500, "cut before", "cut after", "500 after"])(
  "%s at any one request of a sync: the store is filled once all the same",
  async (fault) => {
    for (let number = 1; ; number += 1) {
      const { registry, members, work, stores, side } = await openRegistry();
      const before = await members({ "files/a.md": "alpha", "files/b.md": "beta" });
      const store = await registry.create(vectorStoreKind, handbook(before), marker, work);
      side.requests.length = 0;
      side.failingAt(number, fault);
      const after = [before[1]!, ...(await members({ "files/c.md": "gamma" }))];
      const files = { kind: "members", members: after } as const;
      const updated = await registry.update(vectorStoreKind, store, { files }, marker, work);
      await registry.delete(fileKind, before[0]!.file);
      const wasLast = side.requests.length < number;
      expect(isLike(updated, handbook(after))).toEqual([]);
      expect(await stores()).toHaveLength(1);
      expect(await side.all("/files")).toHaveLength(2);
      const there = await side.all(`/vector_stores/${store.id}/files`);
      expect(new Set(there.map(({ id }) => id))).toEqual(new Set(after.map(({ file }) => file)));
      if (wasLast) return;
    }
  },
);

test("a store that expires meanwhile is refused in words that say what comes next", async () => {
  const { registry, members, work, side } = await openRegistry();
  const own = await members({ "files/a.md": "alpha" });
  const message = "Vector store 'vs_1' has expired.";
  side.failing("POST /vector_stores/*/file_batches", () => Response.json({ error: { message } }, { status: 400 }));
  const error: unknown = await registry
    .create(vectorStoreKind, handbook(own), marker, work)
    .catch((each: unknown) => each);
  expect((error as ProblemError).problems).toMatchObject([
    { code: "request_refused", hint: expect.stringContaining("Run sync again") as string },
  ]);
});

test("a server that takes no large pages is asked for small ones", async () => {
  const { registry, members, side } = await openRegistry();
  await members({ "files/a.md": "alpha" });
  const limits: (string | null)[] = [];
  const strict: Fault = (request) => {
    const limit = new URL(request.url).searchParams.get("limit");
    limits.push(limit);
    const message = "Invalid 'limit': integer above maximum value.";
    return Number(limit) <= 100 ? null : Response.json({ error: { message, param: "limit" } }, { status: 400 });
  };
  side.failing("GET /files", strict, 9);
  expect(await Array.fromAsync(registry.list(fileKind))).toHaveLength(1);
  expect(limits).toEqual(["10000", "100"]);
});

test.each([404, 405, 501])("a server without vector stores is named as one: %i", async (status) => {
  const { registry, side, work, stores } = await openRegistry();
  const refuse = () => Response.json({ error: { message: "Invalid URL" } }, { status });
  side.failing("GET /vector_stores", refuse, 9);
  side.failing("POST /vector_stores", refuse, 9);
  await expect(stores()).rejects.toThrow("no_knowledge_api");
  await expect(registry.create(vectorStoreKind, handbook([]), marker, work)).rejects.toThrow("no_knowledge_api");
});

test.each<[string, Fault, string[]]>([
  ["POST /vector_stores", 429, ["POST /vector_stores", "POST /vector_stores"]],
  ["POST /vector_stores", "cut before", ["POST /vector_stores", "GET /vector_stores", "POST /vector_stores"]],
  ["POST /vector_stores", "cut after", ["POST /vector_stores", "GET /vector_stores"]],
  ["POST /vector_stores", "500 after", ["POST /vector_stores", "GET /vector_stores"]],
])("%s with %s makes one store", async (request, fault, requests) => {
  const { registry, side, work, stores } = await openRegistry();
  side.failing(request, fault);
  await registry.create(vectorStoreKind, handbook([]), marker, work);
  expect(side.requests).toEqual(requests);
  expect(await stores()).toHaveLength(1);
});

test.each<Fault>([429, 500, "cut before", "cut after", "500 after"])(
  "%s at a write of metadata is sent again",
  async (fault) => {
    const { registry, members, side, work } = await openRegistry();
    const spec = handbook(await members({ "files/a.md": "alpha" }));
    side.failing("POST /vector_stores/*", fault);
    expect(isLike(await registry.create(vectorStoreKind, spec, marker, work), spec)).toEqual([]);
  },
);
