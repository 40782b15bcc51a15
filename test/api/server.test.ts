import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { createServer, type CreateServerOptions } from "../../src/api/server.ts";
import { shop } from "./project.ts";

async function serverOf(options: CreateServerOptions = {}) {
  const { path: cwd } = await shop();
  const server = await createServer({ cwd, env: {}, ...options });
  onTestFinished(server.close);
  const client = new OpenAI({ baseURL: "http://playbill/v1", apiKey: "none", fetch: server.fetch, maxRetries: 0 });
  return { server, client };
}

test("the scenarios of a project answer in the process of a test, and nothing is made up", async () => {
  const { client } = await serverOf({ seed: 1, clock: "2026-01-01T00:00:00Z" });
  const answered = await client.responses.create({ model: "gpt-4o", input: "Hi" });
  expect(answered).toMatchObject({ output_text: "no", created_at: Date.parse("2026-01-01") / 1000 });
  const named = { model: "gpt-4o", input: "Hi", metadata: { "playbill.scenario": "good" } };
  expect((await client.responses.create(named)).output_text).toBe("yes");
  expect(await client.responses.create({ model: "gpt-4o", input: "Who are you?" })).toMatchObject({
    status: "failed",
    error: { code: "invalid_prompt", message: expect.stringContaining("Who are you?") },
  });
});

test("it is emptied between two tests, and two with the same seed are alike", async () => {
  const ids: string[] = [];
  for (const seed of [7, 7, 8]) {
    const { client, server } = await serverOf({ seed });
    const { id } = await client.responses.create({ model: "gpt-4o", input: "Hi" });
    await server.reset();
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    ids.push(id);
  }
  expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false]);
});

test("its clock moves as the test sets it, its faults are the requested ones, and it opens a port", async () => {
  let now = Date.parse("2026-01-01");
  const { client, server } = await serverOf({ clock: () => now, chaos: { lostChains: 1 } });
  const { id } = await client.containers.create({ name: "mine" });
  now += 20 * 60_000;
  expect(await client.containers.retrieve(id)).toMatchObject({ status: "expired" });
  const first = await client.responses.create({ model: "gpt-4o", input: "Hi" });
  await expect(
    client.responses.create({ model: "gpt-4o", input: "Hi", previous_response_id: first.id }),
  ).rejects.toMatchObject({ status: 400, code: "previous_response_not_found" });
  const baseURL = await server.listen();
  const outside = new OpenAI({ baseURL, apiKey: "none" });
  expect((await outside.responses.retrieve(first.id)).id).toBe(first.id);
});
