import fc from "fast-check";
import { expect, test } from "vitest";
import { createSqliteBlobs } from "../../../src/server/store/blobs.ts";
import { openDatabase } from "../../../src/server/store/database.ts";

const write = fc.tuple(fc.constantFrom("a", "b"), fc.uint8Array({ minLength: 1, maxLength: 50 }));

test("a blob is the parts that were added to it, in order, until it is removed", () => {
  fc.assert(
    fc.property(fc.array(write), (writes) => {
      const database = openDatabase(":memory:");
      const blobs = createSqliteBlobs(database);
      for (const [id, part] of writes) blobs.append(id, part);
      const written = (id: string) => Buffer.concat(writes.flatMap(([to, part]) => (to === id ? [part] : [])));
      for (const id of ["a", "b"]) expect(Buffer.concat([...blobs.parts(id)])).toEqual(written(id));
      expect(blobs.ids().toSorted()).toEqual([...new Set(writes.map(([id]) => id))].toSorted());
      blobs.remove("a");
      expect([...blobs.parts("a")]).toEqual([]);
      expect(Buffer.concat([...blobs.parts("b")])).toEqual(written("b"));
      database.close();
    }),
    { numRuns: 50 },
  );
});

test("a blob that is removed while it is read ends there", () => {
  const blobs = createSqliteBlobs(openDatabase(":memory:"));
  blobs.append("a", Buffer.from("one"));
  blobs.append("a", Buffer.from("two"));
  const parts = blobs.parts("a")[Symbol.iterator]();
  expect(Buffer.from(parts.next().value ?? []).toString()).toBe("one");
  blobs.remove("a");
  expect(parts.next().done).toBe(true);
});
