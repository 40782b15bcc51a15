import { createServer, globalAgent, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fetch, FetchOptions } from "../../src/targets/http/connection.ts";
import { nodeFetch } from "../../src/targets/http/node-fetch.ts";

const routes: Record<string, (request: IncomingMessage, response: ServerResponse, body: string) => void> = {
  "/json": (request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method: request.method, key: request.headers.authorization, ü: "\u{1F600}" }));
  },
  "/echo": (request, response, body) => response.end(`${request.method} ${request.headers["content-length"]} ${body}`),
  "/bom": (_request, response) => response.end("\uFEFFtext"),
  "/refused": (_request, response) => {
    response.writeHead(429, { "retry-after": "2", "set-cookie": ["a=1", "b=2"] });
    response.end("slowly");
  },
  "/nothing": (_request, response) => response.writeHead(204).end(),
  "/moved": (_request, response) => response.writeHead(308, { location: "/echo" }).end(),
  "/moved-to-get": (_request, response) => response.writeHead(303, { location: "/echo" }).end(),
  "/round": (_request, response) => response.writeHead(302, { location: "/round" }).end(),
  "/zipped": (_request, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("long ".repeat(10_000))),
  "/zipped-badly": (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip"),
  "/cut": (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  },
  "/gone": (request) => request.socket.destroy(),
  "/silent": () => {},
  "/thinking": (request, response) => {
    const { remotePort } = request.socket;
    const own = Object.values(globalAgent.sockets).flatMap((sockets) => sockets ?? []);
    own.find(({ localPort }) => localPort === remotePort)!.emit("timeout");
    response.end(String(remotePort));
  },
  "/endless": (_request, response) => response.write("first "),
};

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (body += chunk));
  request.on("end", () => routes[request.url ?? ""]?.(request, response, body));
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const sending = { headers: { authorization: "Bearer key" } };
const ways: [string, FetchOptions][] = [
  ...["/json", "/bom", "/refused", "/nothing", "/moved", "/moved-to-get", "/zipped"].map(
    (path): [string, FetchOptions] => [path, { method: "GET", ...sending }],
  ),
  ["/echo", { method: "DELETE", ...sending }],
  ["/echo", { method: "POST", ...sending }],
  ["/echo", { method: "POST", ...sending, body: "grün" }],
  ["/moved", { method: "POST", ...sending, body: "grün" }],
  ["/moved-to-get", { method: "POST", ...sending, body: "grün" }],
];

async function seen(fetch: Fetch, path: string, options: FetchOptions): Promise<unknown> {
  const answer = await fetch(base + path, options);
  const named = ["content-type", "Retry-After", "set-cookie", "x-none"].map((name) => answer.headers.get(name));
  return { status: answer.status, ok: answer.ok, named, text: await answer.text() };
}

test.each(ways)("%s is answered as the platform's fetch answers it: %o", async (path, options) => {
  expect(await seen(nodeFetch, path, options)).toEqual(await seen(fetch, path, options));
});

test.each(["/cut", "/gone", "/round", "/zipped-badly"])("%s rejects, as with the platform's fetch", async (path) => {
  for (const each of [nodeFetch, fetch as Fetch])
    await expect(seen(each, path, { method: "GET", ...sending })).rejects.toBeInstanceOf(Error);
});

test("nobody listens: the error has the system's code", async () => {
  const asked = nodeFetch("http://127.0.0.1:1/", { method: "GET", headers: {} });
  await expect(asked).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("an abort ends a request that waits, and one whose answer has begun", async () => {
  const stop = new AbortController();
  const asked = nodeFetch(`${base}/silent`, { method: "GET", headers: {}, signal: stop.signal });
  const begun = await nodeFetch(`${base}/endless`, { method: "GET", headers: {}, signal: stop.signal });
  const reader = begun.body!.getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("first ");
  const more = reader.read();
  stop.abort();
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  await expect(more).rejects.toBeInstanceOf(Error);
});

test("what is let go of keeps no connection", async () => {
  const { body } = await nodeFetch(`${base}/endless`, { method: "GET", headers: {} });
  const reader = body!.getReader();
  await reader.read();
  await reader.cancel();
  expect(await reader.read().catch(() => ({ done: true }))).toMatchObject({ done: true });
});

test("a request outlives the time for which its connection would be kept, a new one and one that was kept", async () => {
  const ask = async () => (await nodeFetch(`${base}/thinking`, { method: "POST", headers: {} })).text();
  const first = await ask();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await ask()).toBe(first);
});
