import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

const scenario = `
assistant: desk
tools:
  lookup: [{ module: ./stub.ts }]
turns:
  - user: Where is A-1?
    script: [{ call: lookup, with: { id: A-1 } }, { say: "It is late, says \${{ tools.lookup.result.key }}." }]
    expect: { tools: [lookup], reply: { contains: late } }
  - user: Thank you.
    script: [{ say: You are welcome. }]
    expect: { reply: { contains: welcome } }
`;

async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await folder.write(
    "playbill.yaml",
    `project: desk
targets:
  local: { api: assistants, server: embedded, vars: { tone: kind } }
  real: { api: assistants, base_url: "\${BASE_URL:?say where it is}", api_key: "\${REAL_API_KEY}" }
`,
  );
  await folder.write(
    "assistants/desk.yaml",
    "model: gpt-4o-mini\ninstructions: Be brief.\ntools: [{ function: lookup }]\n",
  );
  await folder.write(
    "assistants/tools/lookup.yaml",
    "parameters: { type: object, properties: { id: { type: string } } }\n",
  );
  await folder.write("scenarios/late.yaml", scenario);
  await folder.write("scenarios/stub.ts", 'export default () => ({ key: "sk-very-secret-key" });\n');
  return folder;
}

const secret = { env: { REAL_API_KEY: "sk-very-secret-key" } };

test("a run is recorded without its secrets, and replayed without a target, until the assistant changes", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["test", "--record"], secret)).toMatchObject({ exitCode: 0 });
  expect(await readdir(join(folder.path, "scenarios/recordings"))).toEqual(["late.yaml"]);
  const text = await readFile(join(folder.path, "scenarios/recordings/late.yaml"), "utf8");
  expect(text).toContain("It is late, says ***.");
  expect(text).not.toContain("sk-very-secret-key");

  // A module that would break if it ran, and no environment at all.
  await rm(join(folder.path, ".playbill"), { recursive: true });
  const again = await run(folder.path, ["test", "--replay", "--json"], { env: {} });
  expect(again).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(again.stdout)).toMatchObject({ results: [{ status: "passed" }] });
  expect(await readdir(join(folder.path, ".playbill"))).not.toContain("local.db");

  await folder.write(
    "assistants/desk.yaml",
    "model: gpt-4o-mini\ninstructions: Be long.\ntools: [{ function: lookup }]\n",
  );
  const stale = await run(folder.path, ["test", "--replay"]);
  expect(stale.exitCode).toBe(7);
  expect(stale.stdout).toContain("the recording is stale from turn 1: instructions changed");
});

test("what is recorded at a real target needs none of its settings when it is replayed", async () => {
  await using folder = await project();
  await folder.write("scenarios/stub.ts", "export default () => ({ key: 1 });\n");
  await using server = await startServe(folder.path);
  const env = { BASE_URL: `${server.url}/v1`, REAL_API_KEY: "sk-another-secret" };
  const recorded = await run(folder.path, ["test", "--target", "real", "--record"], { env });
  expect(recorded).toMatchObject({ exitCode: 0 });
  const text = await readFile(join(folder.path, "scenarios/recordings/late.yaml"), "utf8");
  expect(text).toContain("target: real");
  expect(await run(folder.path, ["test", "--replay"], { env: {} })).toMatchObject({ exitCode: 0 });
});

test.each<[string, (text: string) => string, RegExp]>([
  ["cut off", (text) => text.slice(0, text.indexOf("time:")), /missing key|lacks the key|bad_yaml/],
  ["of a newer format", (text) => text.replace("format_version: 2", "format_version: 3"), /error\[newer_recording\]/],
  ["of another scenario", (text) => text.replace("scenario: late", "scenario: early"), /late\.yaml:3:11/],
  ["with a wrong value", (text) => text.replace("total: ", "total: x"), /late\.yaml:\d+:\d+/],
])("a recording that is %s is a problem before anything runs", async (_, damage, expected) => {
  await using folder = await project();
  await run(folder.path, ["test", "--record"]);
  const file = "scenarios/recordings/late.yaml";
  await folder.write(file, damage(await readFile(join(folder.path, file), "utf8")));
  const outcome = await run(folder.path, ["test", "--replay"]);
  expect(outcome).toMatchObject({ exitCode: 4, stdout: "" });
  expect(outcome.stderr).toMatch(expected);
});

test("what could not be read again is not written", async () => {
  await using folder = await project();
  const stub = `export default () => ({ key: "k", more: JSON.parse('{"__proto__":1}') });\n`;
  await folder.write("scenarios/stub.ts", stub);
  const recorded = await run(folder.path, ["test", "--record"], secret);
  expect(recorded.stderr).toContain(
    'warning[recording_unreadable]: the recording of late could not be read back: the key "__proto__"',
  );
  await expect(readdir(join(folder.path, "scenarios/recordings"))).rejects.toThrow("ENOENT");
});

test("a scenario without a recording is not run, and reported; none at all is refused", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["test", "--replay"])).toMatchObject({ exitCode: 4 });
  await run(folder.path, ["test", "--record"]);
  await folder.write("scenarios/other.yaml", scenario.replaceAll("A-1", "B-1"));
  const outcome = await run(folder.path, ["test", "--replay"]);
  expect(outcome.exitCode).toBe(7);
  expect(outcome.stdout).toContain("it was never recorded");
  expect(await run(folder.path, ["test", "--replay", "--id", "late"])).toMatchObject({ exitCode: 0 });
});

test.each([
  ["--record", "--replay"],
  ["--record", "--deployed"],
  ["--replay", "--deployed"],
])("%s and %s are refused together", async (...flags) => {
  await using folder = await project();
  expect(await run(folder.path, ["test", ...flags])).toMatchObject({ exitCode: 4 });
});

test("what was searched, cited, run and drawn is replayed, with the names of the files", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write(
    "assistants/desk.yaml",
    "model: gpt-4o-mini\ntools: [code_interpreter, { file_search: { vector_store: handbook } }]\n",
  );
  await folder.write("assistants/vector_stores/handbook.yaml", 'files: ["./pages/*.md"]\n');
  await folder.write("assistants/vector_stores/pages/leave.md", "The annual leave is thirty days.\n");
  await folder.write(
    "scenarios/leave.yaml",
    `
assistant: desk
turns:
  - user: How much leave do I have?
    script: [{ call: file_search, with: { query: annual leave } }, { say: "Thirty days 【4:0†leave.md】" }]
    expect: { citations: { min: 1, file: leave.md }, reply: { contains: Thirty } }
  - user: What is half of it?
    script:
      - { call: code_interpreter, with: { input: "open('half.csv', 'w').write('15')\\nprint(30 // 2)" } }
      - { say: "It is \${{ tools.code_interpreter.logs }}, see sandbox:/mnt/data/half.csv" }
    expect: { reply: { contains: "15" }, code: { contains: "30 // 2", logs: { $contains: "15" } }, files: { name: "*.csv" } }
`,
  );
  const ran = await run(folder.path, ["test", "--record", "--json"]);
  expect(ran).toMatchObject({ exitCode: 0 });
  const again = await run(folder.path, ["test", "--replay", "--json"], { env: {} });
  expect(again).toMatchObject({ exitCode: 0 });
  const verdictsIn = ({ stdout }: { stdout: string }) =>
    (JSON.parse(stdout) as { results: { verdicts: unknown[] }[] }).results.map(({ verdicts }) => verdicts);
  expect(verdictsIn(again)).toEqual(verdictsIn(ran));
});

test("simulated users, judges and attachments are replayed from the recording, without a call of a model", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/desk.yaml", "model: gpt-4o-mini\ntools: [file_search]\n");
  await folder.write("scenarios/receipt.md", "One lamp, 42.50 EUR.\n");
  const written = `
assistant: desk
files: { receipt: ./receipt.md }
turns:
  - user: What did I pay?
    attach: [{ file: receipt, for: [file_search] }]
    script: [{ call: file_search, with: { query: lamp } }, { say: "42.50 EUR" }]
    expect: { judge: { rubric: It names the sum., script: { verdict: pass } } }
  - simulate:
      goal: Get a voucher.
      max_turns: 4
      knows: { order: A-1 }
      script:
        - { say: I want a voucher., script: [{ say: "What is your number?" }] }
        - { say: A-1, script: [{ say: "Here is your voucher." }] }
    each: { reply: { not_contains: as an AI } }
    expect: { reply: { contains: voucher }, tools: [] }
`;
  await folder.write("scenarios/voucher.yaml", written);
  expect(await run(folder.path, ["test", "--record"])).toMatchObject({ exitCode: 0 });
  // What the scripts of a user and a judge say is nobody's business in a replay.
  const scripted = written.replace("I want a voucher.", "I want two.").replace("verdict: pass", "verdict: fail");
  await folder.write("scenarios/voucher.yaml", scripted);
  const again = await run(folder.path, ["test", "--replay", "--json"], { env: {} });
  expect(again).toMatchObject({ exitCode: 0 });
  const [result] = (JSON.parse(again.stdout) as { results: { record: { turns: { user: string }[] } }[] }).results;
  expect(result?.record.turns.map(({ user }) => user)).toEqual(["What did I pay?", "I want a voucher.", "A-1"]);

  await folder.write("scenarios/receipt.md", "One lamp, 43 EUR.\n");
  const stale = await run(folder.path, ["test", "--replay"]);
  expect(stale).toMatchObject({ exitCode: 7 });
  expect(stale.stdout).toContain("stale from turn 1: the attached file scenarios/receipt.md changed");
});
