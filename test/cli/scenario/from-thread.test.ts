import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { scriptOf } from "../../../src/scenarios/scripts.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { listen } from "../../../src/server/http/listen.ts";
import { openServer } from "../../../src/server/server.ts";
import { createAssistantsTarget } from "../../../src/targets/assistants/target.ts";
import { scenario } from "../../scenarios/scenario.ts";
import { connectionTo, testRun } from "../../targets/connection.ts";
import { run, temporaryFolder } from "../run.ts";

const script = `assistant: support
turns:
  - user: Where is A-1? I am Maria Gonzalez.
    script:
      - say: Let me look.
      - calls: [{ call: lookup_order, with: { id: A-1 } }, { call: lookup_order, with: { id: A-2 } }]
      - say: A-1 comes in 3 days, Maria.
  - user: And if it fails?
    script: [{ fail: { code: invalid_prompt, message: no more } }]
`;

/** A thread in the database of the embedded target, as an application made it. */
async function makeThread(root: string): Promise<string> {
  const server = await openServer({
    database: join(root, ".playbill/local.db"),
    model: createScriptedModel({ scripts: [scriptOf(scenario(script), "support")], delay: async () => {} }),
  });
  const target = createAssistantsTarget(connectionTo(async (input, init) => server.fetch(new Request(input, init))));
  const session = target.testing(testRun);
  const tool = { kind: "function" as const, name: "lookup_order", description: null, parameters: null, strict: false };
  const spec = {
    name: "support",
    description: null,
    model: "script",
    instructions: "Be kind.",
    temperature: null,
    top_p: null,
  };
  const assistant = { ...spec, response_format: "auto" as const, reasoning_effort: null, tools: [tool], metadata: {} };
  await session.prepare(assistant);
  const conversation = await session.open({ assistant, messages: [], metadata: {} });
  const { signal } = new AbortController();
  const calls = await Array.fromAsync(conversation.send("Where is A-1? I am Maria Gonzalez.", { signal }));
  const asked = calls.flatMap(({ ...event }) => (event.kind === "requires_action" ? event.calls : []));
  const outputs = asked.map(({ callId }, index) => ({
    callId,
    output: index === 0 ? '{"days":3}' : '{"error":"not found"}',
  }));
  await Array.fromAsync(conversation.answer(outputs, { signal }));
  await Array.fromAsync(conversation.send("And if it fails?", { signal }));
  await server.close();
  return conversation.id;
}

async function project() {
  const folder = await temporaryFolder();
  await mkdir(join(folder.path, ".playbill"));
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/support.yaml", "model: gpt-4o-mini\ntools: [{ function: lookup_order }]\n");
  await folder.write(
    "assistants/tools/lookup_order.yaml",
    "parameters: { type: object, properties: { id: { type: string } } }\n",
  );
  return folder;
}

test("a thread at a target becomes a scenario that passes, calls and failures included", async () => {
  await using folder = await project();
  const thread = await makeThread(folder.path);
  const { exitCode, output } = await run(folder.path, ["scenario", "from-thread", thread, "--keep", "name"]);
  expect(exitCode, output).toBe(0);
  expect(output).toContain("Wrote 1 scenario (2 turns, 2 calls");
  const written = parse(await readFile(join(folder.path, "scenarios/where-is-a-1.yaml"), "utf8")) as object;
  expect(written).toEqual({
    assistant: "support",
    tools: {
      lookup_order: [
        { when: { id: "A-1" }, return: { days: 3 } },
        { when: { id: "A-2" }, error: "not found" },
      ],
      "*": [{ error: "this call was not in the conversation" }],
    },
    turns: [
      {
        user: "Where is A-1? I am Maria Gonzalez.",
        script: [
          { say: "Let me look." },
          {
            calls: [
              { call: "lookup_order", with: { id: "A-1" } },
              { call: "lookup_order", with: { id: "A-2" } },
            ],
          },
          { say: "A-1 comes in 3 days, Maria." },
        ],
        expect: {
          tools: [
            { lookup_order: { args: { id: "A-1" }, result: { days: 3 } } },
            { lookup_order: { args: { id: "A-2" }, result: { error: "not found" } } },
          ],
          reply: { contains: "3" },
        },
      },
      {
        user: "And if it fails?",
        script: [{ fail: { code: "invalid_prompt", message: expect.stringContaining("no more") as string } }],
        expect: { status: "failed", error: { code: "invalid_prompt" }, tools: [] },
      },
    ],
  });
  const tested = await run(folder.path, ["test"]);
  expect(tested.exitCode, tested.output).toBe(0);
});

test("a thread that is not there is a problem, and the others are written", async () => {
  await using folder = await project();
  const thread = await makeThread(folder.path);
  const { exitCode, stdout, stderr } = await run(folder.path, ["scenario", "from-thread", "thread_none", thread]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("error[unknown_thread]: there is no thread thread_none at target local");
  expect(stdout).toContain("Wrote 1 scenario");
  expect(stdout).not.toContain("Maria");
});

test("a thread that the target does not return does not stop the others", async () => {
  await using folder = await project();
  const thread = await makeThread(folder.path);
  const app = await openServer({
    database: join(folder.path, ".playbill/local.db"),
    model: createScriptedModel({ scripts: [], delay: async () => {} }),
  });
  const bad = () => Response.json({ error: { message: "broken" } }, { status: 400 });
  const fetch = (request: Request) => (request.url.includes("thread_bad") ? bad() : app.fetch(request));
  const server = await listen({ ...app, fetch } as typeof app, "127.0.0.1", 0);
  onTestFinished(async () => {
    await server.close();
    await app.close();
  });
  const target = `{ api: assistants, base_url: "${server.url}/v1", api_key: none }`;
  await folder.write("playbill.yaml", `project: desk\ntargets: { prod: ${target} }\n`);
  const { exitCode, stdout, stderr } = await run(folder.path, ["scenario", "from-thread", thread, "thread_bad"]);
  expect(exitCode, stderr).toBe(5);
  expect(stderr).toContain("broken");
  expect(stdout).toContain("Wrote 1 scenario");
});
