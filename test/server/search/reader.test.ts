import { afterEach, expect, test } from "vitest";
import { createFileReader, type FileReader } from "../../../src/server/search/reader/reader.ts";

let reader: FileReader;
afterEach(() => reader.close());

const job = (text: string) => ({
  filename: "notes.txt",
  bytes: Buffer.from(text),
  size: { maxTokens: 100, overlapTokens: 50 },
});
const never = new AbortController().signal;

test("a file becomes chunks, or the reason why not", async () => {
  reader = createFileReader();
  const result = await reader.read(job("Returns are free."), never);
  expect(result).toEqual({ kind: "chunks", chunks: [{ start: 0, text: "Returns are free.", tokens: 4 }] });
  const empty = {
    kind: "unreadable",
    code: "invalid_file",
    message: "The file could not be parsed because it is empty.",
  };
  expect(await reader.read(job(" "), never)).toEqual(empty);
});

test("a file that takes too long is given up", async () => {
  reader = createFileReader({ timeLimit: 1 });
  expect(await reader.read(job("short"), never)).toMatchObject({ kind: "unreadable", code: "invalid_file" });
});

test("a file that has to make way is read to its end in a thread of its own", async () => {
  reader = createFileReader({ quickLimit: 1 });
  expect(await reader.read(job("long"), never)).toMatchObject({ kind: "chunks" });
});

test("a file that takes too much memory is given up, and the server lives", async () => {
  reader = createFileReader({ memoryLimit: 16 });
  expect(await reader.read(job("short"), never)).toMatchObject({ kind: "unreadable", code: "invalid_file" });
});

test("reading can be stopped, and a thread that ended is started again", async () => {
  reader = createFileReader({ idleLimit: 1 });
  const stop = new AbortController();
  const reading = reader.read(job("short"), stop.signal);
  stop.abort(new Error("stopped"));
  await expect(reading).rejects.toThrow("stopped");
  expect(await reader.read(job("one"), never)).toMatchObject({ kind: "chunks" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await reader.read(job("two"), never)).toMatchObject({ kind: "chunks" });
});
