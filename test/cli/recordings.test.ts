import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { OpenAI } from "openai";
import { expect, test } from "vitest";
import { startPeer } from "../targets/peer.ts";
import { run, temporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

const instructions = "Be brief.";

/** A chat-completions endpoint that calls get_weather once, and then says what the tool answered. */
const startUpstream = () =>
  startPeer((request, response) => {
    let text = "";
    request.on("data", (data) => (text += String(data)));
    request.on("end", () => {
      // At its start the server asks for the models, to see whether anybody answers.
      if (request.method === "GET") {
        response.writeHead(404).end();
        return;
      }
      const { messages } = JSON.parse(text) as { messages: { role: string; content: string }[] };
      const last = messages.at(-1);
      const delta =
        last?.role === "user" && last.content.includes("weather")
          ? {
              tool_calls: [
                { index: 0, id: "call_1", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
              ],
            }
          : { content: `You said: ${last?.content} (sk-very-secret)` };
      const finish = "tool_calls" in delta ? "tool_calls" : "stop";
      const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
      const chunks = [
        { choices: [{ index: 0, delta }] },
        { choices: [{ index: 0, delta: {}, finish_reason: finish }], usage },
      ];
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`);
    });
  });

/** Two turns, the first with a call; gives what was said. */
async function converse(url: string, assistant: object): Promise<{ replies: string[]; failure: string | undefined }> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" });
  const { id } = await client.beta.assistants.create({
    model: "gpt-4o",
    name: "Weather",
    instructions,
    tools: [{ type: "function", function: { name: "get_weather", parameters: { type: "object", properties: {} } } }],
    ...assistant,
  });
  const thread = await client.beta.threads.create();
  for (const content of ["What is the weather?", "Thank you"]) {
    await client.beta.threads.messages.create(thread.id, { role: "user", content });
    let turn = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: id });
    if (turn.status === "requires_action") {
      turn = await client.beta.threads.runs.submitToolOutputsAndPoll(turn.id, {
        thread_id: thread.id,
        tool_outputs: [
          { tool_call_id: turn.required_action?.submit_tool_outputs.tool_calls[0]?.id ?? "", output: "sunny" },
        ],
      });
    }
    if (turn.status !== "completed") return { replies: [], failure: turn.last_error?.message };
    expect(turn.usage?.total_tokens).toBeGreaterThan(0);
  }
  const messages = await client.beta.threads.messages.list(thread.id, { order: "asc" });
  return {
    replies: messages.data.map(({ content }) => (content[0]?.type === "text" ? content[0].text.value : "")),
    failure: undefined,
  };
}

test("what a real model said is recorded, and replayed word for word until the assistant changes", async () => {
  await using project = await temporaryFolder();
  await project.write(
    "playbill.yaml",
    "project: desk\ntargets: { local: { api: assistants, server: embedded, model: replay } }\n",
  );
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, UPSTREAM_API_KEY: "sk-very-secret" };
  await using upstream = await startUpstream();
  const recorded = await (async () => {
    await using server = await startServe(
      project.path,
      ["--model", "openai", "--upstream-base-url", upstream.baseUrl, "--record"],
      { env },
    );
    return await converse(server.url, {});
  })();
  expect(recorded.replies[1]).toBe("You said: sunny (sk-very-secret)");

  const folder = join(project.path, "scenarios/recordings");
  const files = await readdir(folder);
  expect(files).toEqual([expect.stringMatching(/^weather-[0-9a-f]{8}\.yaml$/)]);
  const text = await readFile(join(folder, files[0]!), "utf8");
  expect(text).toContain("What is the weather?");
  expect(text).not.toContain("sk-very-secret");
  expect(await run(project.path, ["validate"])).toMatchObject({ exitCode: 0 });

  await using replay = await startServe(project.path, ["--model", "replay"]);
  const replayed = await converse(replay.url, {});
  expect(replayed.replies).toEqual(recorded.replies.map((reply) => reply.replaceAll("sk-very-secret", "***")));
  const { failure } = await converse(replay.url, { instructions: "Be verbose." });
  expect(failure).toContain("is stale: the assistant's instructions changed");
});

test("an invalid recording is a problem with its place; without any, the problem states how to make some", async () => {
  await using project = await temporaryFolder();
  await project.write("playbill.yaml", "project: desk\n");
  expect((await run(project.path, ["serve", "--model", "replay"])).stderr).toContain("error[no_recordings]");
  await project.write("scenarios/recordings/a.yaml", "assistant: A\nturns: []\n");
  const { exitCode, stderr } = await run(project.path, ["serve", "--model", "replay"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("scenarios/recordings/a.yaml");
});

test("a folder of recordings that cannot be written to is reported before a conversation costs money", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/desk.yaml", "model: m\n");
  const turns = "turns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]";
  await folder.write("scenarios/greets.yaml", `assistant: desk\n${turns}\n`);
  await folder.write("scenarios/recordings", "a file");
  const { exitCode, stdout, stderr } = await run(folder.path, ["test", "--record"]);
  expect([exitCode, stdout]).toEqual([4, ""]);
  expect(stderr).toContain("error[system_refuses]");
  expect(stderr).toContain("scenarios/recordings");
});

test("validate looks at recordings and baselines, too", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/desk.yaml", "model: m\n");
  const turns = "turns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]";
  await folder.write("scenarios/greets.yaml", `assistant: desk\n${turns}\n`);
  expect((await run(folder.path, ["test", "--record"])).exitCode).toBe(0);
  expect((await run(folder.path, ["validate"])).exitCode).toBe(0);
  const recordings = join(folder.path, "scenarios/recordings");
  const text = await readFile(join(recordings, "greets.yaml"), "utf8");
  await folder.write("scenarios/recordings/moved.yaml", text);
  await folder.write("scenarios/recordings/newer.yaml", text.replace(/format_version: \d+/, "format_version: 99"));
  await folder.write("scenarios/recordings/served.yaml", "model: 1\n");
  await folder.write("scenarios/baselines/local.json", "{");
  const { exitCode, stderr } = await run(folder.path, ["validate"]);
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/recording_of_another[^]*moved\.yaml/);
  expect(stderr).toContain("scenarios/recordings/newer.yaml has format 99");
  expect(stderr).toContain("--> scenarios/recordings/served.yaml:1:");
  expect(stderr).toContain("scenarios/baselines/local.json is not JSON");
});

test("serve does not replay recordings of test --record, and reports that", async () => {
  await using project = await temporaryFolder();
  await project.write("playbill.yaml", "project: desk\n");
  await project.write("scenarios/recordings/of-test.yaml", "format_version: 2\nscenario: of-test\n");
  const none = await run(project.path, ["serve", "--model", "replay"]);
  expect(none.exitCode).toBe(4);
  expect(none.stderr).toContain("that serve --record wrote; 1 of test --record only works with playbill test --replay");
  const fingerprint = "{ model: m, instructions: i, tools: t, parameters: p }";
  const round = "{ text: Hi, usage: { prompt_tokens: 1, completion_tokens: 1 }, finish: stop }";
  const served = `assistant: A\nfingerprint: ${fingerprint}\nturns: [{ user: Hello, rounds: [${round}] }]\n`;
  await project.write("scenarios/recordings/a-1.yaml", served);
  await using server = await startServe(project.path, ["--model", "replay"]);
  await expect.poll(server.log).toContain("note: of the recordings, 1 of test --record only works with playbill test");
});

test("a recording has sensitive values by hash, and replays them as they are", async () => {
  await using project = await temporaryFolder();
  await project.write("playbill.yaml", "project: desk\nvars: { sensitive: [code], code: teal-otter-19 }\n");
  await using upstream = await startUpstream();
  const ask = async (url: string) => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" });
    const { id } = await client.beta.assistants.create({ model: "gpt-4o", instructions });
    const messages = [{ role: "user" as const, content: "It is teal-otter-19." }];
    const run = await client.beta.threads.createAndRunPoll({ assistant_id: id, thread: { messages } });
    const [reply] = (await client.beta.threads.messages.list(run.thread_id)).data;
    return reply?.content[0]?.type === "text" ? reply.content[0].text.value : run.last_error?.message;
  };
  const said = "You said: It is teal-otter-19. (sk-very-secret)";
  {
    const options = ["--model", "openai", "--upstream-base-url", upstream.baseUrl, "--record"];
    await using server = await startServe(project.path, options);
    expect(await ask(server.url)).toBe(said);
  }
  const folder = join(project.path, "scenarios/recordings");
  const [name = ""] = await readdir(folder);
  const written = await readFile(join(folder, name), "utf8");
  expect(written).toContain("user: It is (sensitive, sha256");
  expect(written).not.toContain("otter");
  await using server = await startServe(project.path, ["--model", "replay"]);
  expect(await ask(server.url)).toBe(said);
});
