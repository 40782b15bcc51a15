import { describe, expect, test } from "vitest";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { completion, startEndpoint, type EndpointRequest } from "../targets/chat/endpoint.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const simulated = (more: string, expected = "") => `assistant: a
turns:
  - user: Hello
    script: [{ say: How can I help? }]
  - simulate:
      persona: impatient
      goal: Get a voucher.
      knows: { order_id: A-1001 }
      max_turns: 3
${more}
${expected}
`;
const script = `      script:
        - { say: My order never came!, script: [{ say: "Which one?" }] }
        - { say: A-1001, script: [{ call: lookup, with: { id: A-1001 } }, { say: Here is a voucher. }] }
        - { say: And another one., script: [{ say: No. }] }
`;

async function write(folder: TemporaryFolder, scenario: string, settings = "") {
  await folder.write("playbill.yaml", `project: p\nprices: { gpt-4o: { input: 1, output: 1 } }\n${settings}`);
  await folder.write("assistants/a.yaml", "model: gpt-4o\ntools: [{ function: lookup }]\n");
  await folder.write(
    "assistants/tools/lookup.yaml",
    "description: Looks up\nparameters: { type: object, properties: { id: { type: string } } }\n",
  );
  await folder.write("scenarios/s.yaml", `tools: { lookup: [{ return: { status: late } }] }\n${scenario}`);
}

/** The only result of a run. */
async function resultIn(folder: TemporaryFolder): Promise<ScenarioResult> {
  const { stdout } = await run(folder.path, ["test", "--json"]);
  const [result] = (JSON.parse(stdout) as { results: ScenarioResult[] }).results;
  if (result === undefined) throw new Error(stdout);
  return result;
}

describe("a simulated user by its script", () => {
  const expected = (each: string, end: string) => `    each: ${each}\n    expect: ${end}`;
  test.each<[string, string, string, number, string?]>([
    [
      "ends after its last word",
      "",
      expected("{ reply: { not_contains: sorry } }", "{ reply: { contains: [voucher, 'Which one', 'No.'] } }"),
      0,
    ],
    [
      "stops by a reply",
      "      stop: { when_reply: { contains: voucher } }",
      expected("{ status: completed }", "{ reply: { not_contains: 'No.' }, tools: [lookup: { id: A-1001 }] }"),
      0,
    ],
    [
      "stops by a condition",
      "      stop: { when: calls.size() > 0 }",
      expected("{ status: completed }", "{ reply: { not_contains: 'No.' } }"),
      0,
    ],
    [
      "fails when something does not hold of an answer",
      "",
      expected("{ reply: { not_contains: voucher } }", "{ reply: { contains: Which } }"),
      1,
      "turn 2",
    ],
    [
      "fails when something does not hold in the end",
      "",
      expected("{ status: completed }", "{ reply: { contains: refund } }"),
      1,
      'a reply that contains "refund"',
    ],
  ])("%s", async (_, more, expectations, code, words = "1 passed") => {
    await using folder = await temporaryFolder();
    await write(folder, simulated(`${more === "" ? "" : `${more}\n`}${script}`, expectations));
    const { exitCode, output } = await run(folder.path, ["test"]);
    expect(exitCode, output).toBe(code);
    expect(output).toContain(words);
  });

  test("continues in the scripts of the turns after it, and is judged completely", async () => {
    await using folder = await temporaryFolder();
    const after = `    save: { said: { from: reply } }
  - user: "You said: \${{ saved.said }}"
    script: [{ say: "This is turn \${{ turn.number }}." }]
    expect: { reply: { equals: This is turn 3. } }
expect: { tools: { max_calls: 1, calls: [lookup] } }`;
    await write(folder, simulated(`      stop: { when_reply: { contains: voucher } }\n${script}`, after));
    const { record, status, turns } = await resultIn(folder);
    expect([status, turns]).toEqual(["passed", 3]);
    expect(record?.turns.map(({ number, part, user }) => `${number}.${part ?? ""} ${user}`)).toEqual([
      "1. Hello",
      "2.1 My order never came!",
      "2.2 A-1001",
      "3. You said: Here is a voucher.",
    ]);
    expect(record?.simulated).toEqual([{ turn: 2, how: "stopped" }]);
  });

  test("that breaks its instructions makes the run invalid, whatever the assistant did", async () => {
    await using folder = await temporaryFolder();
    await write(
      folder,
      simulated(script.replace("say: A-1001,", "say: A-1002,"), "    expect: { reply: { contains: refund } }"),
    );
    const { exitCode, output } = await run(folder.path, ["test"]);
    expect(exitCode, output).toBe(7);
    expect(output).toContain('the simulated user broke its instructions: it stated "A-1002", which it does not know');
    const { status, attempts } = await resultIn(folder);
    expect([status, ...attempts.map((each) => each.status)]).toEqual(["inconclusive", "invalid", "invalid", "invalid"]);
  });
});

describe("a simulated user behind an endpoint", () => {
  const settings = (user: string, assistant: string) => `targets:
  live: { api: assistants, server: embedded, model: openai, upstream_base_url: "${assistant}" }
models: { user: { base_url: "${user}", model: claude-x } }
`;
  const lastOf = ({ body }: EndpointRequest) => body.messages.at(-1)?.content ?? "";

  test("talks until it has what it wants; what it costs is apart", async () => {
    await using folder = await temporaryFolder();
    const user = await startEndpoint((request) => {
      const last = lastOf(request);
      const state = last.includes("voucher for you") ? "reached" : "going_on";
      const message = last.includes("number?") ? "A-1001" : "My order never came!";
      return completion(JSON.stringify({ message: state === "reached" ? "" : message, state }));
    });
    const assistant = await startEndpoint((request) =>
      completion(lastOf(request).includes("A-1001") ? "A voucher for you." : "Your number?"),
    );
    await write(
      folder,
      simulated("", "    expect: { reply: { contains: voucher } }").replace(/ {4}script: .*\n/, ""),
      settings(user.baseUrl, assistant.baseUrl),
    );
    const { status, record } = await resultIn(folder);
    expect(status).toBe("passed");
    expect(record?.simulated).toEqual([{ turn: 2, how: "reached" }]);
    expect(user.requests).toHaveLength(2);
    const [system, ...said] = user.requests[1]?.body.messages ?? [];
    expect(system?.content).toContain("order_id: A-1001");
    expect(said.map(({ role }) => role)).toEqual(["assistant", "user", "assistant", "user"]);
    const asked = Object.entries(record?.opinions ?? {}).map(([key, { by }]) => [
      key.split(":")[0],
      by?.usage?.total_tokens,
    ]);
    expect(asked).toEqual([
      ["user", 110],
      ["user", 110],
    ]);
  });

  test("that breaks its instructions starts again, and may do better", async () => {
    await using folder = await temporaryFolder();
    let runs = 0;
    const user = await startEndpoint((request) => {
      const isFirst = request.body.messages.length === 3;
      if (isFirst) runs += 1;
      if (runs === 1) return completion("Assistant: I can help you.");
      return completion(
        JSON.stringify(isFirst ? { message: "Hi!", state: "going_on" } : { message: "", state: "given_up" }),
      );
    });
    const assistant = await startEndpoint(() => completion("Hello."));
    await write(
      folder,
      simulated("", "    expect: { reply: { contains: Hello } }").replace(/ {4}script: .*\n/, ""),
      settings(user.baseUrl, assistant.baseUrl),
    );
    const { attempts } = await resultIn(folder);
    expect(attempts.map((each) => each.status)).toEqual(["invalid", "passed"]);
  });
});

test("a user without a script cannot talk where scripts are played", async () => {
  await using folder = await temporaryFolder();
  const scenario = simulated("", "    expect: { reply: { contains: x } }");
  await write(folder, scenario, 'models: { user: { base_url: "http://user.test", model: m } }\n');
  expect((await run(folder.path, ["validate"])).exitCode).toBe(0);
  const { exitCode, output } = await run(folder.path, ["test"]);
  expect([exitCode, output]).toEqual([
    4,
    expect.stringContaining("error[missing_script]: target local answers from scripts"),
  ]);
});

test.each<[string, string, string]>([
  [
    "a condition that asks a model",
    `      stop: { when_reply: { similar: { to: a voucher, min: 0.8 } } }\n${script}`,
    "error[never_holds]",
  ],
  ["no model", "", "error[missing_model]: a simulated user needs a model"],
  ["another model than there is", "      model: usr\n", 'there is no model "usr"'],
  ["a condition on what is not there", `      stop: { when: replies.size() > 1 }\n${script}`, "error[unknown_name]"],
  ["a key that is none", `      stop: { when_replies: {} }\n${script}`, 'did you mean "when_reply"?'],
  ["a persona of nothing that is known", `      stop: { when_reply: { matches: "(" } }\n${script}`, "error[bad_regex]"],
  ["a goal that reads what is not there", script.replace("A-1001,", '"${{ vars.nope }}",'), "error[unknown_name]"],
])("%s is found before anything runs", async (_, more, words) => {
  await using folder = await temporaryFolder();
  await write(folder, simulated(more, "    expect: { reply: { contains: x } }"));
  const { exitCode, output } = await run(folder.path, ["validate"]);
  expect(output).toContain(words);
  expect(exitCode, output).toBe(4);
});
