import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sha256 } from "../../src/kit/hash.ts";
import type { Coverage } from "../../src/scenarios/coverage/coverage.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { startPeer } from "../targets/peer.ts";
import { lineOf, reportOf } from "./mutation-report.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

/** The base URL of an endpoint that is there for one test. */
async function startUpstream(answer: Parameters<typeof startPeer>[0]): Promise<string> {
  const peer = await startPeer(answer);
  onTestFinished(() => peer[Symbol.asyncDispose]());
  return peer.baseUrl;
}

interface Asked {
  model: string;
  messages: { role: string; content: string }[];
  tools?: { function: { name: string; parameters: { properties: Record<string, unknown> } } }[];
}

/**
 * A chat-completions endpoint that does what it is told: it promises refunds unless its instructions say never to, looks an order up when it has
 * a function for that, by the argument that the function has, and as a small model it does not know what to do.
 */
function startModel(onRequest: (count: number) => void = () => {}): Promise<string> {
  let count = 0;
  return startUpstream((request, response) => {
    void (async () => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
      if (request.method === "GET") return void response.writeHead(404).end();
      count += 1;
      onRequest(count);
      const delta = answerTo(JSON.parse(body) as Asked);
      const finish_reason = "tool_calls" in delta ? "tool_calls" : "stop";
      const usage = { prompt_tokens: 1_000, completion_tokens: 0, total_tokens: 1_000 };
      const chunks = [{ choices: [{ index: 0, delta }] }, { choices: [{ index: 0, delta: {}, finish_reason }], usage }];
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`);
    })();
  });
}

function answerTo({ model, messages, tools = [] }: Asked): { content: string } | { tool_calls: object[] } {
  const told = messages.find(({ role }) => role === "system")?.content ?? "";
  const last = messages.at(-1);
  if (model === "small") return { content: "I do not know." };
  if (last?.role === "tool") return { content: `Your order: ${last.content}` };
  if (last?.content.includes("refund") === true)
    return { content: told.includes("Never promise a refund") ? "I have to ask." : "I promise a refund!" };
  const [order] = tools;
  if (order === undefined) return { content: "I cannot look that up." };
  const [name = ""] = Object.keys(order.function.parameters.properties);
  return {
    tool_calls: [{ index: 0, id: "call_1", function: { name: "order", arguments: JSON.stringify({ [name]: "A-1" }) } }],
  };
}

const scenario = (user: string, expect: string, more = "") =>
  `assistant: support\n${more}turns: [{ user: ${user}, expect: ${expect} }]\n`;

async function shop(url: string): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const files: Record<string, string> = {
    "playbill.yaml": `project: shop
prices: { big: { input: 1, output: 1 }, small: { input: 1, output: 1 } }
targets: { real: { api: assistants, server: embedded, model: openai, upstream_base_url: "${url}" } }
default_target: real
`,
    "assistants/support.yaml": `model: big
instructions: |
  Never promise a refund.

  Be kind.
tools: [{ function: order }]
`,
    "assistants/tools/order.yaml": "parameters: { type: object, properties: { id: { type: string } } }\n",
    "scenarios/refund.yaml": scenario("I want a refund", "{ reply: { contains: ask } }"),
    "scenarios/order.yaml": scenario(
      "Where is my order?",
      "{ tools: [{ order: { id: A-1 } }], reply: { contains: late } }",
      "tools: { order: [{ return: { status: late, days: 3 } }] }\n",
    ),
  };
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  return folder;
}

/** What is left at the embedded server of a project. */
async function assistantsLeft(folder: string): Promise<number> {
  const model = createScriptedModel({ scripts: [], delay: async () => {} });
  const server = await openServer({ database: join(folder, ".playbill/local.db"), model });
  const answer = await server.fetch("http://embedded/v1/assistants", { headers: { "openai-beta": "assistants=v2" } });
  const { data } = (await answer.json()) as { data: unknown[] };
  await server.close();
  return data.length;
}

/** The files of a project, each with its hash. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile() && !each.parentPath.includes(".playbill"));
  return Promise.all(
    files.map(
      async ({ parentPath, name }) => `${join(parentPath, name)} ${sha256(await readFile(join(parentPath, name)))}`,
    ),
  );
}

test("a model that follows its instructions: what no scenario notices is what the suite does not look at", async () => {
  await using folder = await shop(await startModel());
  const before = await filesOf(folder.path);
  const outcome = await run(folder.path, ["mutate", "--smaller", "small", "--json"]);
  expect(outcome.exitCode, outcome.output).toBe(0);
  const report = reportOf(outcome);
  expect(report.mutants.map(lineOf)).toEqual([
    "survived paragraph Be kind. => ",
    "survived stub days: 3 => days: 4",
    "killed paragraph Never promise a refund. =>  (refund)",
    "killed rule Never promise a refund. => Try not to promise a refund. (refund)",
    "killed argument id => id_2 (order)",
    "killed tool order =>  (order)",
    expect.stringMatching(/^killed model big => small \((?:refund|order)\)$/),
    'killed stub status: "late" => status: "changed" (order)',
  ]);
  expect(report).toMatchObject({ score: 75, counts: { killed: 6, survived: 2, uncovered: 0, not_judged: 0 } });
  expect(await filesOf(folder.path)).toEqual(before);
  expect(await assistantsLeft(folder.path)).toBe(0);
});

test("coverage knows from it which paragraphs of the instructions matter, until their words change", async () => {
  await using folder = await shop(await startModel());
  await run(folder.path, ["test"]);
  await run(folder.path, ["mutate", "--only", "paragraph"]);
  const states = async () => {
    const { items } = JSON.parse((await run(folder.path, ["coverage", "--json"])).stdout) as Coverage;
    return items.flatMap(({ kind, what, state }) => (kind === "paragraph" ? [`${state}: ${what}`] : []));
  };
  expect(await states()).toEqual(["covered: Never promise a refund.", "missed: Be kind."]);
  await folder.write(
    "assistants/support.yaml",
    "model: big\ninstructions: Never promise a refund. Be nice.\ntools: [{ function: order }]\n",
  );
  expect(await states()).toEqual(["unknown: Never promise a refund. Be nice."]);
});

test("the cost is stated before, by the costs of the last run, and the budget is not exceeded", async () => {
  await using folder = await shop(await startModel());
  await run(folder.path, ["test"]);
  const outcome = await run(folder.path, ["mutate", "--json", "--only", "paragraph", "--only", "stub"]);
  const [, most = ""] =
    /then at most (\d+) with mutants; at most about \$[\d.]+, based on the costs of the run/.exec(outcome.stderr) ?? [];
  // Each of two paragraphs with both scenarios, each of two values with the one that is answered by the rule.
  expect(most).toBe("6");
  expect(reportOf(outcome).conversations).toBeLessThanOrEqual(2 + 6);
});

test("a budget that is used up ends it with 6, and what was not run does not count", async () => {
  await using folder = await shop(await startModel());
  const outcome = await run(folder.path, ["mutate", "--json", "--budget", "0.0055", "-j", "1"]);
  expect(outcome.exitCode, outcome.output).toBe(6);
  const { counts, mutants } = reportOf(outcome);
  expect(counts.not_judged).toBeGreaterThan(0);
  expect(
    mutants.filter(({ status }) => status === "not_judged").every(({ reason }) => reason?.includes("used up")),
  ).toBe(true);
  const without = await run(folder.path, ["mutate", "--budget", "5", "--smaller", "unpriced"]);
  expect([without.exitCode, without.stderr]).toEqual([4, expect.stringContaining("there is no price for unpriced")]);
});

test.each([1, 2, 3, 5, 8])(
  "stopped at request %i, it ends with 130, and nothing is left at the target",
  async (moment) => {
    const stop = new AbortController();
    const url = await startModel((count) => {
      if (count === moment) stop.abort(new Error("interrupted"));
    });
    await using folder = await shop(url);
    const { exitCode, output } = await run(folder.path, ["mutate", "--json", "-j", "2"], { signal: stop.signal });
    expect(exitCode, output).toBe(130);
    expect(await assistantsLeft(folder.path)).toBe(0);
  },
);

test("an endpoint that fails is no verdict about a mutant", async () => {
  const broken = await startUpstream(
    (request, response) => void response.writeHead(request.method === "GET" ? 404 : 400).end("{}"),
  );
  await using folder = await shop(broken);
  const outcome = await run(folder.path, ["mutate", "--json"]);
  expect(outcome.exitCode).toBe(5);
  const { score, mutants, baseline } = reportOf(outcome);
  expect({ score, mutants, left: baseline.left_out.length }).toEqual({ score: null, mutants: [], left: 2 });
});

test("a person must confirm before a model costs money; in CI there is no prompt", async () => {
  let asked = 0;
  await using folder = await shop(await startModel((count) => (asked = count)));
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return "no";
  };
  expect((await run(folder.path, ["mutate"], { ask })).exitCode).toBe(0);
  expect([questions.length, asked]).toEqual([1, 0]);
  await run(folder.path, ["mutate", "--only", "model", "--smaller", "small"], {
    ask,
    env: { CI: "true", PATH: process.env.PATH },
  });
  expect([questions.length, asked > 0]).toEqual([1, true]);
});
