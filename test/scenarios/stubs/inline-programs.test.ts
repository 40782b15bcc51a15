import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createToolStubs } from "../../../src/scenarios/stubs/rules.ts";
import { createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import type { CallAnswer } from "../../../src/scenarios/stubs/answer.ts";
import { folder } from "../folder.ts";
import { scenario } from "../scenario.ts";

/** The answer of the rule of `lookup` to a call with `{ id: "A-1" }`. */
async function answerOf(rule: string, root: string): Promise<CallAnswer> {
  const env = { PATH: process.env["PATH"] };
  const handlers = createHandlers({ root, env, print: () => {} }).open({ scenario: "test", attempt: 1 });
  onTestFinished(async () => void (await handlers.close()));
  const made = scenario(`assistant: a\nvars: { shop: main }\ntools: { lookup: [${rule}] }\nturns: [{ user: hi }]`);
  return createToolStubs(made, new Map(), handlers).answer(
    { callId: "call_1", name: "lookup", arguments: '{"id":"A-1"}' },
    {
      signal: new AbortController().signal,
      scope: { saved: { sum: 3 }, turn: { number: 1, id: null } },
      delay: async () => {},
    },
  );
}

test("a command runs in the folder of the scenario, with expressions in its arguments", async () => {
  const root = await folder({
    "scenarios/echo.mjs":
      'import { text } from "node:stream/consumers"; console.log(JSON.stringify([process.argv.slice(2), JSON.parse(await text(process.stdin))]))',
  });
  const rule = `{ command: [${process.execPath}, ./echo.mjs, "\${{ vars.shop }}-\${{ args.id }}", "\${{ saved.sum }}"] }`;
  expect((await answerOf(rule, root)).outcome).toEqual({
    kind: "result",
    value: [["main-A-1", "3"], { id: "A-1" }],
  });
});

test.each([
  ["fails", '{ command: [node, -e, "process.exit(3)"] }', "node exited with code 3"],
  ["takes too long", "{ command: [sleep, '60'], timeout: 20ms }", "sleep took longer than 20ms"],
])("a command that %s answers an error", async (_, rule, message) => {
  const { outcome, findings } = await answerOf(rule, await folder({ "scenarios/a.yaml": "" }));
  expect(outcome).toEqual({ kind: "error", message });
  expect(findings).toMatchObject([{ code: "handler_failed" }]);
});

test("a missing command, and an argument that is not text, are problems of the scenario", async () => {
  const root = await folder({ "scenarios/a.yaml": "" });
  expect((await answerOf("{ command: [./none] }", root)).problems).toMatchObject([{ code: "handler_not_found" }]);
  expect((await answerOf('{ command: [echo, "${{ args.nope }}"] }', root)).problems).toMatchObject([
    { code: "failed_expression", place: { line: 3 } },
  ]);
});

test("an argument that no program can be given answers an error", async () => {
  const { outcome } = await answerOf(
    '{ command: [echo, "a\\0${{ args.id }}"] }',
    await folder({ "scenarios/a.yaml": "" }),
  );
  expect(outcome).toMatchObject({
    kind: "error",
    message: expect.stringContaining("echo cannot be started") as string,
  });
});

test("an endpoint is asked, with expressions in its address and its headers", async () => {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ url: request.url, key: request.headers["x-shop"] }));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const rule = `{ http: { url: "http://127.0.0.1:${port}/\${{ vars.shop }}/\${{ args.id }}", headers: { x-shop: "\${{ vars.shop }}" } } }`;
  expect((await answerOf(rule, "/nowhere")).outcome).toEqual({
    kind: "result",
    value: { url: "/main/A-1", key: "main" },
  });
});

test("an address that an expression spoils answers an error", async () => {
  const { outcome } = await answerOf('{ http: { url: "${{ args.id }}" } }', "/nowhere");
  expect(outcome).toMatchObject({
    kind: "error",
    message: expect.stringContaining("A-1 could not be reached") as string,
  });
});
