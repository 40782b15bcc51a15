import { expect, test } from "vitest";
import { file, move, openStore } from "./exports.ts";

test.each([
  "files/ID",
  "files/ID.txt",
  "files/ID.tar.gz",
  "ID/other.txt",
  "files/handbook_ID.txt",
  "my handbook ID.txt",
  "ID_handbook.txt",
])("bytes are found by any id, in %s", async (shape) => {
  const ids = ["file-1", "file-12", "assistant-1", "file_abc123", "7d9f2c1e-0b5a-4f6e-9c3d-2a1b0c9d8e7f"];
  const contents = ids.map((id): [string, string] => [shape.replace("ID", id), `the text of ${id}`]);
  const files = ids.map((id) => file(id, "a.txt", `the text of ${id}`.length));
  const store = await openStore();
  await move(store, { "files.json": files, ...Object.fromEntries(contents) });
  for (const id of ids)
    expect(Buffer.concat(await Array.fromAsync(store.blobs.parts(id))).toString()).toBe(`the text of ${id}`);
});

test("the bytes of a file are not taken from one whose name has its id by chance", async () => {
  const store = await openStore();
  const files = [file("1", "one.txt", 4), file("file-1", "two.txt", 4)];
  const moved = move(store, { "files.json": files, "page_1.txt": "text", "file-12": "text", "file-1-2.txt": "text" });
  await expect(moved).rejects.toMatchObject({
    problems: [
      { code: "missing_bytes", message: 'the export does not contain the bytes of 1 ("one.txt", 4 B)' },
      { code: "missing_bytes", message: 'the export does not contain the bytes of file-1 ("two.txt", 4 B)' },
    ],
  });
});
