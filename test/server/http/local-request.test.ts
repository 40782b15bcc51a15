import fc from "fast-check";
import { expect, test } from "vitest";
import { isLocalInit, localRequest } from "../../../src/server/http/local-request.ts";
import { times } from "../../times.ts";

const url = fc.tuple(fc.webPath(), fc.webQueryParameters()).map(([path, query]) => `http://embedded${path}?${query}`);
const init = fc.oneof(
  fc.record({
    method: fc.constantFrom("GET", "get", "DELETE"),
    headers: fc.constant({ "OpenAI-Beta": "assistants=v2" }),
  }),
  fc.record({
    method: fc.constantFrom("POST", "post"),
    headers: fc.constantFrom({ "content-type": "application/json" }, [["X-One", "1"]] as [string, string][]),
    body: fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
  }),
);
/** What may be read first; everything after it must then be the same too. */
const reading = fc.subarray(["text", "arrayBuffer", "clone", "body"] as const, { minLength: 1, maxLength: 1 });

test("a local request reads like a real one, whatever is read of it", async () => {
  await fc.assert(
    fc.asyncProperty(url, init, reading, async (where, how, [first]) => {
      expect(isLocalInit(how)).toBe(true);
      const [real, local] = [new Request(where, how), localRequest(where, how)];
      expect([local.url, local.method]).toEqual([real.url, real.method]);
      const { "content-length": length, "content-type": localType, ...headers } = Object.fromEntries(local.headers);
      const { "content-type": _type, ...realHeaders } = Object.fromEntries(real.headers);
      expect(headers).toEqual(realHeaders);
      expect(localType ?? null).toBe(new Headers(how.headers as Record<string, string>).get("content-type"));
      const bytes = (await real.clone().arrayBuffer()).byteLength;
      expect(length ?? "0").toBe(String(bytes));
      const read = async (request: Request): Promise<unknown> => {
        if (first === "arrayBuffer") return Buffer.from(await request.arrayBuffer()).toString();
        if (first === "clone") return [await request.clone().text(), await request.text()];
        if (first === "body") return request.body === null ? null : new Response(request.body).text();
        return request.text();
      };
      expect(await read(local)).toEqual(await read(real));
    }),
    { numRuns: times(60) },
  );
});

test("bytes, forms, streams and signals need a real request", () => {
  const { signal } = new AbortController();
  for (const init of [
    { body: new Uint8Array(1) },
    { body: new FormData() },
    { body: new Blob([]).stream() },
    { signal },
  ])
    expect(isLocalInit(init)).toBe(false);
});
