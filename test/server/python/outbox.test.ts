import vm from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { copyOf, createOutbox } from "../../../src/server/python/pyodide/outbox.ts";

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);
const limits = { files: 3, images: 2, bytes: 100 };

test("files and images within the limits are given out once, as copies", () => {
  const outbox = createOutbox(limits);
  const bytes = Uint8Array.of(1, 2);
  outbox.addFile("/mnt/data/in/a.bin", bytes);
  outbox.addImage(png);
  bytes.fill(9);
  expect(outbox.empty()).toEqual({
    files: [{ path: "/mnt/data/in/a.bin", bytes: Uint8Array.of(1, 2) }],
    images: [png],
    leftOut: 0,
  });
  expect(outbox.empty()).toEqual({ files: [], images: [], leftOut: 0 });
});

test.each<[string, unknown, unknown]>([
  ["no bytes", "/mnt/data/a", undefined],
  ["a text for bytes", "/mnt/data/a", "text"],
  ["a list for bytes", "/mnt/data/a", [1, 2]],
  ["what only looks like bytes", "/mnt/data/a", { length: 1, 0: 1 }],
  ["more bytes than there is room for", "/mnt/data/a", new Uint8Array(101)],
  ["a path that is no text", { toString: () => "/mnt/data/a" }, png],
  ["a path elsewhere", "/etc/passwd", png],
  ["a path that leads elsewhere", "/mnt/data/../../etc/passwd", png],
  ["the folder itself", "/mnt/data/", png],
  ["a name with a line end", "/mnt/data/a\nb", png],
  ["a name with half a character", "/mnt/data/\ud800", png],
  ["a name with a backslash", "/mnt/data/..\\a", png],
  ["a name that is too long", `/mnt/data/${"x".repeat(201)}`, png],
  ["a path that is too long", `/mnt/data/${"x/".repeat(600)}y`, png],
])("refuses %s", (_, path, bytes) => {
  const outbox = createOutbox(limits);
  outbox.addFile(path, bytes);
  expect(outbox.empty()).toEqual({ files: [], images: [], leftOut: 1 });
});

test("refuses an image that is not a PNG", () => {
  const outbox = createOutbox(limits);
  outbox.addImage(new TextEncoder().encode("<svg/>"));
  outbox.addImage("picture");
  expect(outbox.empty()).toEqual({ files: [], images: [], leftOut: 2 });
});

test("whatever is added, no more comes out than the limits say, and nothing is lost uncounted", () => {
  const thing = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(png), fc.anything());
  const path = fc.oneof(
    fc.stringMatching(/^[a-z]{1,3}$/).map((name) => `/mnt/data/${name}`),
    fc.anything(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), path, thing), { maxLength: 12 }), (added) => {
      const outbox = createOutbox(limits);
      for (const [isFile, path, thing] of added) {
        if (isFile) outbox.addFile(path, thing);
        else outbox.addImage(thing);
      }
      const { files, images, leftOut } = outbox.empty();
      expect(files.length).toBeLessThanOrEqual(limits.files);
      expect(images.length).toBeLessThanOrEqual(limits.images);
      const sizes = [...files.map(({ bytes }) => bytes.length), ...images.map((image) => image.length)];
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limits.bytes);
      expect(files.length + images.length + leftOut).toBe(added.length);
    }),
  );
});

test("bytes of another realm are copied without asking it anything", () => {
  const hostile = vm.runInNewContext(`
    class Bytes extends Uint8Array {
      static get [Symbol.species]() { throw new Error("asked"); }
      get length() { throw new Error("asked"); }
      get [Symbol.iterator]() { throw new Error("asked"); }
    }
    new Bytes([1, 2, 3])`);
  expect(copyOf(hostile)).toEqual(Uint8Array.of(1, 2, 3));
  expect(copyOf(new Proxy(new Uint8Array(1), {}))).toBe(null);
});
