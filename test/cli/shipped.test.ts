import { cp, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OpenAI } from "openai";
import { run, temporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

const repository = join(import.meta.dirname, "../..");

/** A copy of the project that is shipped, with nothing synced yet. */
async function shippedProject() {
  const folder = await temporaryFolder();
  for (const name of ["playbill.yaml", "assistants", "scenarios"]) {
    await cp(join(repository, name), join(folder.path, name), { recursive: true });
  }
  return folder;
}

test.for(["assistants", "responses"])(
  "the shipped project syncs, is then unchanged, and its conversations hold (%s)",
  async (api) => {
    await using project = await shippedProject();
    const config = await readFile(join(project.path, "playbill.yaml"), "utf8");
    await project.write("playbill.yaml", config.replace("api: assistants", `api: ${api}`));
    const planned = await run(project.path, ["plan", "--detailed-exitcode"]);
    expect(planned).toMatchObject({ exitCode: 2 });
    expect(planned.stdout).toContain("4 to create");
    expect(await readdir(project.path)).not.toContain(".playbill");

    expect(await run(project.path, ["sync", "--yes"])).toMatchObject({ exitCode: 0 });
    expect(await run(project.path, ["plan", "--detailed-exitcode"])).toMatchObject({ exitCode: 0 });

    const tested = await run(project.path, ["test", "--deployed", "--reporter", "json"]);
    const { results } = JSON.parse(tested.stdout) as { results: { id: string; status: string }[] };
    expect(Object.fromEntries(results.map(({ id, status }) => [id, status]))).toEqual({
      memory: "passed",
      paris: "passed",
      planets: "passed",
      prime: "passed",
      "unknown-city": "passed",
    });
    expect(tested.exitCode).toBe(0);
  },
);

test("the same scenarios hold over a socket, against serve as an external target", async () => {
  await using project = await shippedProject();
  await using server = await startServe(project.path, ["--api-key", "sk-local"]);
  const env = { PATH: process.env.PATH, SERVER: server.url, SERVER_KEY: "sk-local" };
  const config = await readFile(join(project.path, "playbill.yaml"), "utf8");
  await project.write(
    "playbill.yaml",
    config.replace(
      "targets:\n",
      'targets:\n  other: { api: assistants, base_url: "${SERVER}/v1", api_key: "${SERVER_KEY}" }\n',
    ),
  );
  expect(await run(project.path, ["sync", "--target", "other", "--yes"], { env })).toMatchObject({ exitCode: 0 });
  for (const more of [["--deployed"], []]) {
    const tested = await run(project.path, ["test", "--target", "other", "--not-tag", "python", ...more], { env });
    expect(tested.stdout).toContain("4 passed");
    expect(tested.exitCode).toBe(0);
  }
  const refused = await run(project.path, ["plan", "--target", "other"], { env: { ...env, SERVER_KEY: "sk-wrong" } });
  expect(refused.exitCode).toBe(5);
  expect(refused.stderr).toContain("error[key_refused]");
  expect(refused.output).not.toContain("sk-wrong");
});

test("the official client goes through the tutorial's steps against serve", async () => {
  await using project = await shippedProject();
  await using server = await startServe(project.path);
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none" });
  const assistant = await client.beta.assistants.create({
    name: "Weather",
    model: "gpt-4o-mini",
    instructions: "Answer.",
    tools: [{ type: "function", function: { name: "get_weather", parameters: { type: "object", properties: {} } } }],
  });
  const thread = await client.beta.threads.create();

  await client.beta.threads.messages.create(thread.id, {
    role: "user",
    content: "What's the weather in Paris in celsius?",
  });
  let polled = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
  expect(polled.status).toBe("requires_action");
  const calls = polled.required_action?.submit_tool_outputs.tool_calls ?? [];
  expect(calls.map((call) => call.function.name)).toEqual(["get_weather"]);
  polled = await client.beta.threads.runs.submitToolOutputsAndPoll(polled.id, {
    thread_id: thread.id,
    tool_outputs: calls.map(({ id }) => ({ tool_call_id: id, output: '{"error":"no key"}' })),
  });
  expect(polled.status).toBe("completed");
  const { data } = await client.beta.threads.messages.list(thread.id);
  expect(data.map(({ role }) => role)).toEqual(["assistant", "user"]);
  expect(JSON.stringify(data[0]?.content)).toContain("no key");
});
