import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TranscriptPart } from "../../src/scenarios/judging/transcript-parts.ts";
import { completion, startEndpoint } from "../targets/chat/endpoint.ts";
import { run, temporaryFolder } from "./run.ts";

const key = "sk-very-secret-key";
const pin = "pin-4711-of-the-desk";
const env = { REAL_API_KEY: key, DESK_PIN: pin };

const scenario = `
assistant: desk
tools: { lookup: [{ return: { key: ${key} } }] }
turns:
  - user: Which key?
    script: [{ call: lookup, with: { for: ${pin} } }, { say: "The key is ${key}, and the PIN \${{ vars.pin }}." }]
    expect:
      tools: [lookup]
      reply: { similar: { to: "The key is ${key}, and the PIN \${{ vars.pin }}.", min: 0.9 } }
      judge: It names the PIN \${{ vars.pin }}.
      module: ./check.ts
`;
const check = `export default ({ reply }) => (reply.text.includes("***") || reply.text.includes(".") ? [] : ["no reply"]);\n`;

/** Every text that a project has beside what its author wrote. */
async function everythingWrittenIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile() && !/\.db(?:-\w+)?$/.test(each.name));
  const paths = files.map((each) => join(each.parentPath, each.name));
  const made = paths.filter((path) => path.includes(".playbill") || path.includes("recordings"));
  return (await Promise.all(made.map((path) => readFile(path, "utf8")))).join("\n");
}

test("a question has no secrets: it counts, and is the same in a record and in a recording", async () => {
  await using folder = await temporaryFolder();
  // Quotes what it was shown last: the reply, in which the secrets are hidden.
  const { baseUrl, requests } = await startEndpoint(({ body }) => {
    const lines = (body.messages[1]?.content ?? "").split("\n").filter((line) => line.startsWith("{"));
    const said = (JSON.parse(lines.at(-1) ?? "{}") as TranscriptPart).text;
    return completion(JSON.stringify({ reason: "read it", quotes: [said], verdict: "pass" }));
  });
  await folder.write(
    "playbill.yaml",
    `project: desk
vars: { sensitive: [pin], pin: "\${DESK_PIN:-none}" }
targets:
  local: { api: assistants, server: embedded }
  real: { api: assistants, base_url: "http://127.0.0.1:9", api_key: "\${REAL_API_KEY:-none}" }
models: { judge: { base_url: "${baseUrl}", model: claude-x } }
`,
  );
  await folder.write("assistants/desk.yaml", "model: gpt-4o-mini\ntools: [{ function: lookup }]\n");
  await folder.write("assistants/tools/lookup.yaml", "parameters: { type: object }\n");
  await folder.write("scenarios/which.yaml", scenario);
  await folder.write("scenarios/check.ts", check);

  const recorded = await run(folder.path, ["test", "--target", "local", "--record"], { env });
  expect(recorded.exitCode, recorded.output).toBe(0);
  expect(requests).toHaveLength(1);
  const sent = JSON.stringify(requests);
  expect(sent).toContain("The key is ***");
  for (const text of [sent, recorded.output, await everythingWrittenIn(folder.path)]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(pin);
  }

  const regraded = await run(folder.path, ["regrade", "last"], { env });
  expect([regraded.exitCode, regraded.stdout]).toEqual([0, expect.stringContaining("0 questions asked")]);
  const replayed = await run(folder.path, ["test", "--replay"], { env });
  expect(replayed.exitCode, replayed.output).toBe(0);
  expect(requests).toHaveLength(1);
});

test("a recording of a judged secret is replayed where the secret is unknown", async () => {
  await using folder = await temporaryFolder();
  await folder.write(
    "playbill.yaml",
    `project: desk
targets:
  local: { api: assistants, server: embedded }
  real: { api: assistants, base_url: "http://127.0.0.1:9", api_key: "\${REAL_API_KEY}" }
`,
  );
  await folder.write("assistants/desk.yaml", "model: gpt-4o-mini\ntools: [{ function: lookup }]\n");
  await folder.write("assistants/tools/lookup.yaml", "parameters: { type: object }\n");
  await folder.write("scenarios/stub.ts", `export default () => ({ key: "${key}" });\n`);
  await folder.write(
    "scenarios/which.yaml",
    `assistant: desk
tools: { lookup: [{ module: ./stub.ts }] }
turns:
  - user: Which key?
    script: [{ call: lookup }, { say: "The key is \${{ tools.lookup.result.key }}." }]
    expect: { judge: { rubric: It names the key., script: { verdict: pass } } }
`,
  );
  const recorded = await run(folder.path, ["test", "--target", "local", "--record"], { env });
  expect(recorded.exitCode, recorded.output).toBe(0);
  const replayed = await run(folder.path, ["test", "--replay"], { env: {} });
  expect(replayed.exitCode, replayed.output).toBe(0);
});
