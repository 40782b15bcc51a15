import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { compareText } from "../../../src/kit/json.ts";
import { run, temporaryFolder } from "../run.ts";

const chat = (order: string, status: string, more: object = {}) => ({
  messages: [
    { role: "user", content: `Where is ${order}?` },
    {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "c1", type: "function", function: { name: "lookup_order", arguments: JSON.stringify({ id: order }) } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: JSON.stringify({ status, days: 3 }) },
    { role: "assistant", content: `${order} is ${status} by 3 days.` },
  ],
  ...more,
});

async function project() {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/support.yaml", "model: gpt-4o-mini\ntools: [{ function: lookup_order }]\n");
  await folder.write(
    "assistants/tools/lookup_order.yaml",
    "description: Finds an order.\nparameters: { type: object, properties: { id: { type: string } }, required: [id] }\n",
  );
  return folder;
}

const lines = (...documents: unknown[]) =>
  `${documents.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n")}\n`;
const scenariosIn = async (path: string) =>
  (await readdir(join(path, "scenarios")).catch(() => [])).toSorted(compareText);

test("a broken line is named, and the others are written and pass", async () => {
  await using folder = await project();
  await folder.write(
    "chats.jsonl",
    lines(chat("A-1", "late"), '{"messages": [', chat("A-2", "lost"), { hello: "world" }),
  );
  const { exitCode, stdout, stderr } = await run(folder.path, ["scenario", "from-transcript", "chats.jsonl"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("chats.jsonl:2:");
  expect(stderr).toContain("chats.jsonl:4: it contains no conversation: it has hello");
  expect(stdout).toContain("Wrote 2 scenarios (2 turns, 2 calls, 4 expectations).");
  expect(await scenariosIn(folder.path)).toEqual(["where-is-a-1.yaml", "where-is-a-2.yaml"]);
  expect((await run(folder.path, ["test"])).exitCode).toBe(0);
});

test.each<[string, string, string]>([
  ["an empty file", "\n\n", "a.json: it is empty"],
  ["bytes that are no text", "\uFFFD", "a.json:1:"],
  ["half of a document", '{"messages": [', "a.json:1:15"],
  [
    "a scenario that no file can hold",
    JSON.stringify(chat("A-1", "late")).replace("late by", `${"x".repeat(1_100_000)} by`),
    "a.json: its scenario would be larger than 1.0 MB",
  ],
  [
    "a number that reading changes",
    JSON.stringify(chat("A-1", "late")).replace('{\\"id\\":\\"A-1\\"}', '{\\"id\\":12345678901234567890}'),
    "too large to be kept exactly",
  ],
])("%s is told of", async (_what, text, expected) => {
  await using folder = await project();
  await folder.write("a.json", text);
  const { exitCode, stderr, stdout } = await run(folder.path, ["scenario", "from-transcript", "a.json"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(expected);
  expect(stdout).toContain("Nothing was written.");
  expect(await scenariosIn(folder.path)).toEqual([]);
});

test("a message of a million characters is fast", async () => {
  await using folder = await project();
  const { messages } = chat("A-1", "late");
  const answer = { role: "tool", tool_call_id: "c1", content: "z".repeat(400_000) };
  await folder.write("a.json", JSON.stringify({ messages: messages.with(2, answer) }));
  const { exitCode, output } = await run(folder.path, ["scenario", "from-transcript", "a.json"]);
  expect(exitCode, output).toBe(0);
});

test("nothing is written twice, and nothing over another file", async () => {
  await using folder = await project();
  await folder.write("a.jsonl", lines(chat("A-1", "late"), chat("A-1", "late")));
  const first = await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
  expect(first.stdout).toContain("Left out conversations: 1 duplicate.");
  const again = await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
  expect(again.stdout).toContain("1 scenario already exists.");
  await writeFile(
    join(folder.path, "scenarios/where-is-a-1.yaml"),
    "# mine\nassistant: support\nobserve: true\nturns: [{ user: Hi, script: [{ say: Hello }] }]\n",
  );
  await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
  expect(await scenariosIn(folder.path)).toEqual(["where-is-a-1-2.yaml", "where-is-a-1.yaml"]);
  expect(await readFile(join(folder.path, "scenarios/where-is-a-1.yaml"), "utf8")).toContain("# mine");
});

test("the beginning of a longer conversation is left out, as logs of requests have it", async () => {
  await using folder = await project();
  const { messages } = chat("A-1", "late");
  const longer = [...messages, { role: "user", content: "Thanks" }, { role: "assistant", content: "Bye" }];
  const logged = [2, 4, 6].map((count) => ({ messages: longer.slice(0, count) }));
  await folder.write("log.json", JSON.stringify(logged));
  const { stdout } = await run(folder.path, ["scenario", "from-transcript", "log.json"]);
  expect(stdout).toContain("Wrote 1 scenario (2 turns");
  expect(stdout).toContain("2 that other conversations begin with");
});

test("a dry run writes nothing, and JSON has the texts", async () => {
  await using folder = await project();
  await folder.write("a.jsonl", lines(chat("A-1", "late", { title: "A late order" })));
  const { stdout, exitCode } = await run(folder.path, [
    "scenario",
    "from-transcript",
    "a.jsonl",
    "--dry-run",
    "--json",
  ]);
  expect(exitCode).toBe(0);
  const { scenarios } = JSON.parse(stdout) as { scenarios: { file: string; text: string }[] };
  expect(scenarios).toMatchObject([
    {
      file: "scenarios/a-late-order.yaml",
      assistant: "support",
      turns: 1,
      calls: 1,
      expectations: 2,
      source: { file: "a.jsonl", line: 1 },
    },
  ]);
  expect(parse(scenarios[0]?.text ?? "")).toMatchObject({ name: "A late order", assistant: "support" });
  expect(await scenariosIn(folder.path)).toEqual([]);
});

describe("what the project does not have", () => {
  const other = {
    tools: [
      {
        type: "function",
        function: {
          name: "refund",
          description: "Pays back.",
          parameters: { type: "object", properties: { amount: { type: "number" } } },
        },
      },
    ],
    messages: [
      { role: "system", content: "You refund." },
      { role: "user", content: "Refund 5" },
      {
        role: "assistant",
        tool_calls: [
          { id: "1", function: { name: "refund", arguments: '{"amount":5}' } },
          { id: "2", function: { name: "notify.user", arguments: '{"text":"ok","n":1}' } },
        ],
      },
      { role: "tool", tool_call_id: "1", content: "done" },
      { role: "tool", tool_call_id: "2", content: "true" },
      { role: "assistant", content: "Done." },
    ],
  };

  test("undeclared functions are reported, and nothing is written", async () => {
    await using folder = await project();
    await folder.write("a.jsonl", lines(other));
    const { exitCode, stderr, stdout } = await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(
      "error[undeclared_functions]: 1 conversation calls what the assistant support does not have: refund, notify_user",
    );
    expect(stdout).toContain("Nothing was written.");
    expect(await scenariosIn(folder.path)).toEqual([]);
  });

  test.each(["refunder", "support"])("--declare gives them to %s, and all passes", async (name) => {
    await using folder = await project();
    await folder.write("a.jsonl", lines(other, chat("A-1", "late")));
    const { exitCode, output } = await run(folder.path, [
      "scenario",
      "from-transcript",
      "a.jsonl",
      "--assistant",
      name,
      "--declare",
    ]);
    expect(exitCode, output).toBe(0);
    expect((await run(folder.path, ["validate"])).exitCode).toBe(0);
    const tested = await run(folder.path, ["test"]);
    expect(tested.exitCode, tested.output).toBe(0);
    expect(tested.stdout).toContain("2 passed");
    const refund = await readFile(join(folder.path, "assistants/tools/refund.yaml"), "utf8");
    expect(parse(refund)).toEqual({
      description: "Pays back.",
      parameters: { type: "object", properties: { amount: { type: "number" } } },
    });
    const notify = await readFile(join(folder.path, "assistants/tools/notify_user.yaml"), "utf8");
    expect(parse(notify)).toEqual({
      parameters: {
        type: "object",
        properties: { text: { type: "string" }, n: { type: "integer" } },
        required: ["text", "n"],
      },
    });
  });

  test("a call that does not match its tool is reported, and the others are written", async () => {
    await using folder = await project();
    const wrong = JSON.parse(
      JSON.stringify(chat("A-2", "late")).replace('{\\"id\\":\\"A-2\\"}', '{\\"id\\":7}'),
    ) as unknown;
    await folder.write("a.jsonl", lines(wrong, chat("A-1", "late")));
    const { exitCode, stderr } = await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain("a.jsonl:1: it does not match the project");
    expect(await scenariosIn(folder.path)).toEqual(["where-is-a-1.yaml"]);
  });

  test("an assistant of that name", async () => {
    await using folder = await project();
    await folder.write("a.jsonl", lines(chat("A-1", "late")));
    const { exitCode, stderr } = await run(folder.path, [
      "scenario",
      "from-transcript",
      "a.jsonl",
      "--assistant",
      "suport",
    ]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('there is no assistant "suport" in this project');
  });

  test("files", async () => {
    await using folder = await project();
    const { exitCode, stderr } = await run(folder.path, ["scenario", "from-transcript", "none.jsonl"]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('there is no file "none.jsonl"');
  });
});

test("of several assistants, it is the one with the functions; without calls, it is unknown", async () => {
  await using folder = await project();
  await folder.write("assistants/clerk.yaml", "model: gpt-4o-mini\n");
  const small = {
    messages: [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
    ],
  };
  await folder.write("a.jsonl", lines(chat("A-1", "late"), small));
  const { exitCode, stderr } = await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(
    "error[which_assistant]: 1 conversation could belong to any of these assistants: clerk, support",
  );
  expect(await scenariosIn(folder.path)).toEqual(["where-is-a-1.yaml"]);
});

test("a run is exported, read and run again with the same verdicts; a changed argument or answer fails", async () => {
  await using folder = await project();
  await folder.write("a.jsonl", lines(chat("A-1", "late"), chat("A-2", "lost")));
  await run(folder.path, ["scenario", "from-transcript", "a.jsonl"]);
  expect((await run(folder.path, ["test"])).exitCode).toBe(0);
  const exported = await run(folder.path, ["scenario", "from-run", "last", "where-is-a-1", "where-is-a-2"]);
  expect(exported.exitCode, exported.output).toBe(0);
  // They are what they were made from.
  expect(exported.stdout).toContain("2 scenarios already exist.");
  const file = join(folder.path, "scenarios/where-is-a-1.yaml");
  const written = await readFile(file, "utf8");
  const changes: ((scenario: {
    tools: Record<string, { return: object }[]>;
    turns: { script: { with?: object }[] }[];
  }) => void)[] = [
    ({ turns }) => void Object.assign(turns[0]?.script[0]?.with ?? {}, { id: "A-9" }),
    ({ tools }) => void Object.assign(tools["lookup_order"]?.[0]?.return ?? {}, { status: "fine" }),
  ];
  for (const change of changes) {
    const scenario = parse(written) as Parameters<typeof change>[0];
    change(scenario);
    await writeFile(file, stringify(scenario));
    const { exitCode, stdout } = await run(folder.path, ["test", "--id", "where-is-a-1"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("turn 1");
  }
});
