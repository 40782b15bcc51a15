import fc from "fast-check";
import type OpenAI from "openai";
import { expect, test } from "vitest";
import { startServer, type TestServer } from "../../harness.ts";
import { settled, uploadText } from "./library.ts";

type Step =
  | { do: "attach" | "detach" | "delete"; file: number }
  | { do: "batch"; files: number[] }
  | { do: "cancel"; batch: number }
  | { do: "settle" };

const file = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("attach" as const, "detach" as const), file }),
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), file }) },
  fc.record({ do: fc.constant("batch" as const), files: fc.array(file, { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constant("cancel" as const), batch: fc.nat(2) }),
  fc.constant({ do: "settle" as const }),
);

/** What is refused (a file that is gone, a batch that never was) is none of this test's business. */
async function take(
  server: TestServer,
  storeId: string,
  fileIds: string[],
  batchIds: string[],
  what: Step,
): Promise<void> {
  const path = `/v1/vector_stores/${storeId}`;
  switch (what.do) {
    case "attach":
      await server.send("POST", `${path}/files`, { file_id: fileIds[what.file] });
      break;
    case "detach":
      await server.send("DELETE", `${path}/files/${fileIds[what.file]}`);
      break;
    case "delete":
      await server.send("DELETE", `/v1/files/${fileIds[what.file]}`);
      break;
    case "batch": {
      const response = await server.send("POST", `${path}/file_batches`, {
        file_ids: what.files.map((index) => fileIds[index]),
      });
      if (response.status === 200) batchIds.push(((await response.json()) as { id: string }).id);
      break;
    }
    case "cancel":
      await server.send("POST", `${path}/file_batches/${batchIds[what.batch]}/cancel`);
      break;
    case "settle":
      await settled(server, storeId);
  }
}

function recount(files: { status: string }[]): Record<string, number> {
  const counts: Record<string, number> = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: files.length };
  for (const { status } of files) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test("whatever happens, a vector store and its batches count exactly the files they list", async () => {
  const server = await startServer();
  const { client, services } = server;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const texts = { "a.md": "alpha", "b.md": "beta", "c.png": "\0\u0001", "d.md": "delta" };
      const fileIds = await Promise.all(Object.entries(texts).map(([name, text]) => uploadText(server, name, text)));
      const { id } = await client.vectorStores.create({});
      const batchIds: string[] = [];
      for (const each of [...steps, { do: "settle" } as const]) {
        await take(server, id, fileIds, batchIds, each);
        const store = await client.vectorStores.retrieve(id);
        const { data: files } = await client.vectorStores.files.list(id);
        expect(store.file_counts).toEqual(recount(files));
        expect(store.usage_bytes).toBe(files.reduce((sum, { usage_bytes: bytes }) => sum + bytes, 0));
        for (const batchId of batchIds) {
          const batch = await client.vectorStores.fileBatches.retrieve(batchId, { vector_store_id: id });
          const listed = await client.vectorStores.fileBatches.listFiles(batchId, { vector_store_id: id });
          expect(batch.file_counts).toEqual(recount(listed.data));
        }
      }
      const { data: files } = await client.vectorStores.files.list(id, {
        filter: "completed",
      } as OpenAI.VectorStores.FileListParams);
      const indexed = new Set((await services.store.chunks.facts([id])).map(({ fileId }) => fileId));
      expect(indexed).toEqual(new Set(files.map((each) => each.id)));
    }),
    { seed: 11, numRuns: 10 },
  );
  expect(server.log.filter(({ kind }) => kind === "fault")).toEqual([]);
});
