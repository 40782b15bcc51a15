import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../../harness.ts";

const part = (headers: string, value: string) => `--b\r\n${headers}\r\n\r\n${value}\r\n`;
const field = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (value: string) =>
  part('Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain', value);
const content = "some text\r\n-- is not the end";
const whole = `${field("purpose", "batch")}${file(content)}${field("expires_after[anchor]", "created_at")}${field("expires_after[seconds]", "3600")}--b--\r\n`;

/** Sends a body in pieces that end at these places. */
function send(
  { contract }: TestServer,
  bytes: Uint8Array,
  cuts: readonly number[],
  contentType = "multipart/form-data; boundary=b",
) {
  const places = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((left, right) => left - right),
    bytes.length,
  ];
  const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
  const body = ReadableStream.from(pieces.filter(({ length }) => length > 0));
  const init = { method: "POST", body, headers: { "content-type": contentType }, duplex: "half" };
  return contract.fetch("http://server.test/v1/files", init as RequestInit);
}

const cuts = fc.array(fc.nat(whole.length), { maxLength: 6 });

describe("a form", () => {
  test("is the same however it is cut into pieces", async () => {
    const server = await startServer();
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const response = await send(server, Buffer.from(whole), places);
        expect(response.status).toBe(200);
        const { id, bytes } = (await response.json()) as { id: string; bytes: number };
        expect(bytes).toBe(content.length);
        expect(Buffer.concat(await Array.fromAsync(server.services.store.blobs.parts(id))).toString()).toBe(content);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test("that is damaged is a file or a refusal, and a refusal leaves nothing", async () => {
    const server = await startServer();
    const snippet = fc.constantFrom(
      "--b",
      "--b--",
      "\r\n",
      "\r\n\r\n",
      "\0",
      '"',
      ";",
      "filename*=utf-8''%",
      "Content-Disposition:",
      "name=",
      "é",
      "x".repeat(9000),
    );
    const change = fc.record({
      at: fc.nat(whole.length),
      drop: fc.nat(30),
      put: fc.oneof(snippet, fc.string({ unit: "binary", maxLength: 6 })),
    });
    const damage = fc.record({
      changes: fc.array(change, { maxLength: 4 }),
      length: fc.nat(whole.length * 2),
      places: cuts,
    });
    const types = fc.constantFrom(
      "multipart/form-data; boundary=b",
      'multipart/form-data; boundary="b"',
      "multipart/form-data; boundary=other",
      "multipart/form-data; boundary=",
      "Multipart/Form-Data; charset=x; boundary=b",
    );
    await fc.assert(
      fc.asyncProperty(damage, types, async ({ changes, length, places }, contentType) => {
        const before = (await server.services.store.blobs.ids()).length;
        const text = changes.reduce(
          (body, { at, drop, put }) => body.slice(0, at) + put + body.slice(at + drop),
          whole,
        );
        const response = await send(server, Buffer.from(text.slice(0, length)), places, contentType);
        expect([200, 400]).toContain(response.status);
        if (response.status !== 200) expect(await server.services.store.blobs.ids()).toHaveLength(before);
      }),
      { seed: 2, numRuns: 150 },
    );
    expect(server.log.filter(({ kind }) => kind === "fault")).toEqual([]);
  });

  test.each([
    ["two files", `${file("1")}${file("2")}${field("purpose", "batch")}--b--`],
    ["fields without end", `${Array.from({ length: 40 }, (_, index) => field(`f${index}`, "x")).join("")}--b--`],
    [
      "headers without end",
      part(`Content-Disposition: form-data; name="file"; filename="a"\r\n${"X-A: b\r\n".repeat(4000)}`, "x"),
    ],
  ])("with %s is refused", async (_, body) => {
    const server = await startServer();
    const response = await send(server, Buffer.from(body), []);
    expect(response.status).toBe(400);
    expect(await server.services.store.blobs.ids()).toEqual([]);
  });
});
