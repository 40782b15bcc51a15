import fc from "fast-check";
import { expect, test } from "vitest";
import type { VectorStoreSpec } from "../../src/resources/vector-store/spec.ts";
import {
  type StoreContents,
  contentsOf,
  contentsToWire,
  vectorStoreFormat,
} from "../../src/targets/vector-stores/store-wire.ts";
import { bodyOf, readLive } from "../../src/targets/objects/wire-format.ts";
import { fileFormat } from "../../src/targets/files/access.ts";

const chunking = fc.option(
  fc.record({
    max_chunk_size_tokens: fc.integer({ min: 100, max: 4096 }),
    chunk_overlap_tokens: fc.integer({ min: 0, max: 2048 }),
  }),
  { nil: null },
);
const contents: fc.Arbitrary<StoreContents> = fc.oneof(
  fc.record({ kind: fc.constant("pending" as const), chunking }),
  fc.record({
    kind: fc.constant("complete" as const),
    root: fc.stringMatching(/^[0-9a-f]{32}$/),
    count: fc.nat(),
    total: fc.nat(),
    usage: fc.nat(),
    chunking,
  }),
);
const metadata = fc.dictionary(
  fc.string().filter((key) => !key.startsWith("playbill.") && key !== "__proto__"),
  fc.string(),
);

test("what a vector store says of its files comes back the same, and fits into an entry of metadata", () => {
  fc.assert(
    fc.property(contents, (given) => {
      const entry = contentsToWire(given);
      expect(contentsOf({ metadata: entry })).toEqual(given);
      expect(Object.values(entry).join("").length).toBeLessThanOrEqual(512);
    }),
  );
});

test.each([null, {}, { "playbill.files": "" }, { "playbill.files": "abc 1" }, { "playbill.files": "a b c d e" }])(
  "nobody wrote what is in %j",
  (entry) => {
    expect(contentsOf({ metadata: entry })).toBeNull();
  },
);

test("a vector store goes over the wire and comes back the same", () => {
  const name = fc.option(fc.string(), { nil: null });
  const days = fc.option(fc.record({ days: fc.integer({ min: 1, max: 365 }) }), { nil: null });
  fc.assert(
    fc.property(name, days, metadata, contents, (name, expiry, own, said) => {
      const given = { name, expires_after: expiry, metadata: own };
      const marker = { owner: "p/t/vector_store.a", spec: "h", rev: "" };
      const body = bodyOf(vectorStoreFormat, given, { metadata: { ...own, ...contentsToWire(said) }, marker });
      const counts = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
      const live = readLive("vector_store", vectorStoreFormat, {
        id: "vs_1",
        created_at: 7,
        ...body,
        file_counts: counts,
      });
      const files: VectorStoreSpec["files"] =
        said.kind === "pending" ? { kind: "pending" } : { kind: "complete", root: said.root, count: said.count };
      expect(live).toMatchObject({ id: "vs_1", createdAt: 7, marker });
      expect(live?.spec).toEqual({ ...given, files, chunking: said.chunking });
    }),
  );
});

test("a file comes back without the hash, which no API shows", () => {
  const wire = {
    id: "file-1",
    created_at: 7,
    ...fileFormat.toWire({ filename: "a.md", bytes: 3, sha256: "ab" }, null),
  };
  const spec = { filename: "a.md", bytes: 3, sha256: null };
  expect(readLive("file", fileFormat, wire)).toEqual({
    kind: "file",
    id: "file-1",
    createdAt: 7,
    spec,
    marker: null,
    wire,
  });
});

test.each([null, 1, {}, { id: "vs_1" }, { id: 1, file_counts: {} }])("%j is no vector store", (value) => {
  expect(readLive("vector_store", vectorStoreFormat, value)).toBeNull();
});
