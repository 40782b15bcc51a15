import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { addResult, emptySummary, exitCodeOfRun } from "../../src/scenarios/results/summary.ts";
import type { ScenarioResult, ScenarioStatus } from "../../src/scenarios/results/result.ts";
import { delta, events, startPeer, usage, type Answer } from "../server/models/openai/peer.ts";
import { embedded, fastClock, play } from "./embedded.ts";
import { scenario } from "./scenario.ts";

const streamed = (...chunks: unknown[]): Answer => ({ pieces: [events(...chunks, usage, "[DONE]")] });
const says = (content: string, finish = "stop") => streamed(delta({ role: "assistant", content }), delta({}, finish));
const calls = (name: string, written: string) =>
  streamed(
    delta({
      role: "assistant",
      tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name, arguments: written } }],
    }),
    delta({}, "tool_calls"),
  );
const refuses = (status: number, message: string): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  pieces: [JSON.stringify({ error: { message } })],
});

/** The clock runs fast so that nobody waits for repeats; a turn has time enough all the same. */
const patient = "limits: { turn: { timeout: 1h, tool_rounds: 2 } }";
const asked = `assistant: a
${patient}
tools: { lookup: [{ return: { status: late } }] }
turns: [{ user: Where is it?, expect: { reply: { not_contains: sorry } } }]
`;

interface Row {
  what: string;
  answers: Answer[];
  yaml?: string;
  status: ScenarioStatus;
  exitCode: number;
  /** In a problem, or in the sentence of a gate that failed. */
  words: string;
}

/** What a chat-completions endpoint behind the embedded server does, and what becomes of the scenario. */
const rows: Row[] = [
  { what: "says what was expected", answers: [says("It is late.")], status: "passed", exitCode: 0, words: "" },
  {
    what: "says something else",
    answers: [says("I am sorry.")],
    status: "failed",
    exitCode: 1,
    words: 'does not contain "sorry"',
  },
  { what: "says nothing", answers: [says("")], status: "failed", exitCode: 1, words: "" },
  { what: "says what nobody sees", answers: [says(" \u200b\ufeff\n")], status: "failed", exitCode: 1, words: "" },
  {
    what: "calls a function that nobody declared",
    answers: [calls("ghost", "{}"), says("It is late.")],
    status: "failed",
    exitCode: 1,
    words: "ghost",
  },
  {
    what: "sends arguments that are not JSON",
    answers: [calls("lookup", '{"id":'), says("It is late.")],
    status: "failed",
    exitCode: 1,
    words: "arguments",
  },
  {
    what: "is stopped by a content filter",
    answers: [says("It is", "content_filter")],
    status: "failed",
    exitCode: 1,
    words: "content filter",
  },
  {
    what: "refuses the set-up",
    answers: [refuses(400, '"auto" tool choice requires --enable-auto-tool-choice')],
    status: "errored",
    exitCode: 5,
    words: "--enable-auto-tool-choice",
  },
  { what: "only ends its stream", answers: [{ pieces: [events("[DONE]")] }], status: "failed", exitCode: 1, words: "" },
  {
    what: "runs out of tokens",
    answers: [says("It is", "length")],
    status: "failed",
    exitCode: 1,
    words: "incomplete",
  },
  {
    what: "calls tools again and again",
    answers: [calls("lookup", "{}")],
    status: "failed",
    exitCode: 1,
    words: "too_many_tool_rounds",
  },
  {
    what: "calls what is forbidden",
    answers: [calls("refund", "{}")],
    yaml: asked.replace("expect: {", "expect: { tools: { forbid: [refund] },"),
    status: "failed",
    exitCode: 1,
    words: "refund is forbidden",
  },
  {
    what: "calls what no stub answers",
    answers: [calls("refund", "{}"), says("It is late.")],
    status: "errored",
    exitCode: 4,
    words: "no stub answers refund",
  },
  { what: "refuses the key", answers: [refuses(401, "no such key")], status: "errored", exitCode: 5, words: "401" },
  {
    what: "does not know the model",
    answers: [refuses(404, "no such model")],
    status: "errored",
    exitCode: 5,
    words: "404",
  },
  {
    what: "limits the rate without end",
    answers: [refuses(429, "slow down")],
    status: "errored",
    exitCode: 5,
    words: "429",
  },
  { what: "fails", answers: [refuses(500, "boom")], status: "errored", exitCode: 5, words: "500" },
  {
    what: "fails once",
    answers: [refuses(500, "boom"), says("It is late.")],
    status: "passed",
    exitCode: 0,
    words: "",
  },
  {
    what: "breaks the connection",
    answers: [{ pieces: [events(delta({ content: "It" }))], end: "break" }],
    status: "errored",
    exitCode: 5,
    words: "the run failed",
  },
  {
    what: "does not speak the protocol",
    answers: [{ headers: { "content-type": "text/html" }, pieces: ["<html>"] }],
    status: "errored",
    exitCode: 5,
    words: "the run failed",
  },
  {
    what: "begins and goes silent",
    answers: [{ pieces: [events(delta({ content: "It" }))], end: "hang" }],
    status: "errored",
    exitCode: 5,
    words: "",
  },
];

const exitCodeFor = (result: ScenarioResult) => exitCodeOfRun(addResult(emptySummary, result), false);
const wordsOf = ({ problems, verdicts }: ScenarioResult) =>
  [
    ...problems.map(({ code, message }) => `${code}: ${message}`),
    ...verdicts.filter(({ pass, severity }) => !pass && severity === "gate").map(({ sentence }) => sentence),
  ].join("\n");

describe("an endpoint that", () => {
  test.each(rows)("$what: $status, exit $exitCode", async ({ answers, yaml = asked, status, exitCode, words }) => {
    const peer = await startPeer(answers);
    const only = scenario(yaml);
    const { run } = await embedded([only], { model: peer.model, clock: fastClock });
    const [result] = await run([only]);
    if (result === undefined) throw new Error("no result");
    expect(`${result.status} ${exitCodeFor(result)} ${wordsOf(result)}`).toContain(`${status} ${exitCode}`);
    expect(wordsOf(result)).toContain(words);
  });

  test("refuses the set-up is asked once", async () => {
    const peer = await startPeer([refuses(400, "requires a flag")]);
    const only = scenario(asked);
    const { run } = await embedded([only], { model: peer.model, clock: fastClock });
    expect((await run([only]))[0]?.attempts).toHaveLength(1);
    expect(peer.heard).toHaveLength(1);
  });
});

describe("a script that", () => {
  const scripted: [what: string, yaml: string, status: ScenarioStatus, exitCode: number][] = [
    ["is not there", "assistant: a\nturns: [{ user: one }]", "errored", 4],
    [
      "reads what is not there",
      "assistant: a\nturns: [{ user: one, script: [{ say: '${{ tools.lookup.result }}' }] }]",
      "errored",
      4,
    ],
    [
      "fails as a server does",
      "assistant: a\nturns: [{ user: one, script: [{ fail: { code: server_error, message: x } }] }]",
      "errored",
      5,
    ],
    [
      "fails as a prompt does",
      "assistant: a\nturns: [{ user: one, script: [{ fail: { code: invalid_prompt, message: x } }] }]",
      "failed",
      1,
    ],
    ["refuses", "assistant: a\nturns: [{ user: one, script: [{ refuse: no }] }]", "passed", 0],
    ["is only looked at", "assistant: a\nobserve: true\nturns: [{ user: one, script: [{ say: x }] }]", "observed", 0],
  ];
  test.each(scripted)("%s", async (_, yaml, status, exitCode) => {
    const result = await play(yaml.replace("\n", `\n${patient}\n`), { clock: fastClock });
    expect([result.status, exitCodeFor(result)]).toEqual([status, exitCode]);
  });
});

test("docs/scenarios.md lists every outcome that is driven here", () => {
  const page = readFileSync("docs/scenarios.md", "utf8");
  const section = page.slice(page.indexOf("### How a turn can end"), page.indexOf("### Results on disk"));
  const listed = [...section.matchAll(/^\| (.+?) \| \*(\w+)\* \| (\d+) \|$/gm)];
  for (const { status, exitCode } of rows) {
    expect(listed.some(([, , outcome, code]) => outcome === status && Number(code) === exitCode)).toBe(true);
  }
  expect(listed.length).toBeGreaterThanOrEqual(15);
});
