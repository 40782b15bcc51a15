import { expect, test } from "vitest";
import { startEndpoint } from "../targets/chat/endpoint.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

async function write(folder: TemporaryFolder, similar: string, settings = "") {
  await folder.write("playbill.yaml", `project: p\n${settings}`);
  await folder.write("assistants/a.yaml", "model: gpt-4o\n");
  const said = '    script: [{ say: "I have issued your refund." }]\n';
  await folder.write(
    "scenarios/s.yaml",
    `assistant: a\nturns:\n  - user: hi\n${said}    expect: { reply: { similar: ${similar} } }\n`,
  );
}

test("at targets with scripts, Playbill's own measure compares texts", async () => {
  await using folder = await temporaryFolder();
  await write(folder, "{ to: Your refund has been issued., min: 0.7 }");
  expect((await run(folder.path, ["test"])).exitCode).toBe(0);
  await write(folder, "{ to: Your refund has been issued., min: 0.95 }");
  const { exitCode, output } = await run(folder.path, ["test"]);
  expect([exitCode, output]).toEqual([
    1,
    expect.stringMatching(
      /the reply has a similarity of 0\.\d\d to "Your refund has been issued\." \(by letters\); expected at least 0\.95/,
    ),
  ]);
});

test("elsewhere a model's embeddings do, once for the same texts", async () => {
  await using folder = await temporaryFolder();
  const { baseUrl, requests } = await startEndpoint(({ path, body }) =>
    path === "/v1/embeddings"
      ? { body: JSON.stringify({ data: body.input?.map((_, index) => ({ index, embedding: [1, index] })) }) }
      : {
          body: JSON.stringify({
            choices: [{ message: { content: "I have issued your refund." }, finish_reason: "stop" }],
          }),
        },
  );
  const settings = `targets:
  live: { api: assistants, server: embedded, model: openai, upstream_base_url: "${baseUrl}" }
models: { embeddings: { target: live, model: embed-1 } }
`;
  await write(folder, "{ to: Your refund has been issued., min: 0.8 }", settings);
  const asked = () => requests.filter(({ path, body }) => path === "/v1/embeddings" && body.model === "embed-1").length;
  for (const _ of [1, 2]) {
    const { exitCode, output } = await run(folder.path, ["test"]);
    expect([exitCode, output]).toEqual([
      1,
      expect.stringContaining('has a similarity of 0.71 to "Your refund has been issued." (by embeddings of embed-1)'),
    ]);
    expect(asked()).toBe(1);
  }
});

test.each([
  ["{ to: x, min: 0 }", "error[never_fails]"],
  ["{ to: ' ', min: 0.5 }", "error[never_holds]"],
  ["{ to: x, min: 2 }", "error["],
  ["{ to: x, min: 0.5, model: embed }", 'there is no model "embed"'],
])("%s is found before anything runs", async (similar, words) => {
  await using folder = await temporaryFolder();
  await write(folder, similar);
  const { exitCode, output } = await run(folder.path, ["validate"]);
  expect([exitCode, output]).toEqual([4, expect.stringContaining(words)]);
});
