import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { leftAt } from "../processes.ts";
import { main } from "../../../src/cli/main.ts";
import { createTestWorld, run } from "../run.ts";
import { piped, shop, typed } from "./typing.ts";

const steady = (text: string) => text.replaceAll(/\b\d+(\.\d+)? ?m?s\b/g, "<time>");
/** Carriage return and escape: what only a terminal obeys. */
const drawn = new RegExp(String.raw`[\u001b\r]`);

test("a message that the end of a pipe ends is sent, and then the chat ends", async () => {
  await using folder = await shop();
  const { stdout } = await piped(folder.path, ['"""', "Where is A-1001?"]);
  expect(stdout).toContain("you> Where is A-1001?\n");
});

test("a piped line is a turn, tools run by their handlers, and no escape character is written", async () => {
  await using folder = await shop();
  const { exitCode, stdout, stderr, output } = await piped(folder.path, [
    "Where is A-1001?",
    "",
    "Cancel it.",
    "/cost",
  ]);
  expect(stdout).toBe(`you> Where is A-1001?
  lookup_order {"id":"A-1001"}
  -> {"id":"A-1001","status":"late","total":22.8}
support> It is **late** and costs 22.8. \\u001b[31mred
you> Cancel it.
  cancel_order {"id":"A-1001"}
  -> error: cancel_order has no handler here
support> cancel_order has no handler here.
`);
  expect(stderr).toMatch(/2 messages · .* · \d+ tokens · \$\d/);
  expect(output).not.toMatch(drawn);
  expect(exitCode).toBe(0);
  expect((await leftAt(folder.path)).assistants).toEqual([]);
});

test("at a terminal Markdown is rendered and a call is answered by hand; the model's text controls nothing", async () => {
  await using folder = await shop();
  const { exitCode, screen } = await typed(folder.path, [
    ["you> ", "Where is A-1001?\r"],
    ["you> ", "Cancel it.\r"],
    ["[e]rror", "nonsense\r"],
    ["[e]rror", 'j {"at":"noon"}\r'],
    ["you> ", "/undo\r"],
    ["you> ", "/edit\r"],
    ["Where is A-1001?", "\u0003"],
    ["you> ", "/quit\r"],
  ]);
  const plain = stripVTControlCharacters(screen);
  expect(screen).toContain("\u001b[1mlate\u001b[22m");
  expect(plain).toContain("support> It is late and costs 22.8. \\u001b[31mred");
  expect(plain).toContain('type j and JSON, for example j {"status":"late"}');
  expect(plain).toContain('-> {"at":"noon"}');
  expect(plain).toContain("support> Cancelled noon.");
  expect(plain).toContain("removed: Cancel it. (1 turn is left)");
  expect(exitCode).toBe(0);
});

test.each<Record<string, string>>([{ NO_COLOR: "1" }, { TERM: "dumb" }])(
  "a terminal that is not to be drawn on gets no escape character: %o",
  async (env) => {
    await using folder = await shop();
    const { exitCode, screen } = await typed(
      folder.path,
      [
        ["you> ", "Where is A-1001?\n"],
        ["you> ", "/tools ask\n"],
        ["you> ", "/retry\n"],
        ["[l]ast", "l\n"],
        ["you> ", "\u0003"],
        ["press Ctrl-C again to leave", "\u0003"],
      ],
      env,
    );
    expect(screen).toContain("lookup_order  you answer it: Look up one order.");
    expect(screen.match(/It is \*\*late\*\*/g)).toHaveLength(2);
    expect(screen).not.toMatch(drawn);
    expect(exitCode).toBe(0);
  },
);

test("Ctrl-C stops the reply, and the chat continues without it; what was created is deleted", async () => {
  await using folder = await shop();
  const steps = [
    ["you> ", "Think.\r"],
    ["Let me see.", "\u0003"],
    ["removed", "Where is A-1001?\r"],
    ["costs 22.8", "\u0004"],
  ] as const;
  const { exitCode, screen } = await typed(folder.path, steps);
  expect(screen).toContain("! stopped");
  expect(stripVTControlCharacters(screen)).toContain("support> It is late");
  expect(exitCode).toBe(0);
  expect((await leftAt(folder.path)).assistants).toEqual([]);
});

test("a pasted text is one message, and so is a text between three quotes", async () => {
  await using folder = await shop();
  const { screen } = await typed(folder.path, [
    ["you> ", "\u001b[200~One\nTwo\u001b[201~\r"],
    ["Three.", "/undo\r"],
    ["the conversation is empty now", '"""\r'],
    ["...> ", "One\r"],
    ["...> ", 'Two"""\r'],
    ["Three.", "\u0004"],
  ]);
  expect(screen).toContain("One↵Two");
  expect(screen.match(/Three\./g)).toHaveLength(2);
});

test("/undo and /retry continue from the turns that are kept, in a new conversation", async () => {
  await using folder = await shop();
  const lines = [
    "Where is A-1001?",
    "Cancel it.",
    "/undo",
    "/retry",
    "Cancel it.",
    "Thanks!",
    "/undo",
    "/edit Cancel it.",
  ];
  const { exitCode, stdout } = await piped(folder.path, lines);
  expect(stdout.match(/^support> .*/gm)).toEqual([
    "support> It is **late** and costs 22.8. \\u001b[31mred",
    "support> cancel_order has no handler here.",
    "support> It is **late** and costs 22.8. \\u001b[31mred",
    "support> cancel_order has no handler here.",
    "support> Bye.",
    "support> cancel_order has no handler here.",
  ]);
  expect(exitCode).toBe(0);
});

test("/save writes a scenario that passes; with a changed argument it fails, and nothing is written over", async () => {
  await using folder = await shop();
  const lines = ["Where is A-1001?", "/save seen", "/save seen", "/save chat", "/save ../out"];
  const { stderr, exitCode } = await piped(folder.path, lines);
  expect(stderr).toContain("scenarios/seen.yaml: 2 expectations, passes");
  expect(stderr).toContain("error[file_exists]: scenarios/seen.yaml already exists; nothing was written");
  expect(stderr).toContain("error[file_exists]: scenarios/chat.yaml already exists");
  expect(stderr).toContain("error[bad_file_name]");
  expect(exitCode).toBe(4);
  const file = join(folder.path, "scenarios/seen.yaml");
  const text = await readFile(file, "utf8");
  expect(text).toMatchInlineSnapshot(`
    "assistant: support
    tools:
      lookup_order:
        - when:
            id: A-1001
          return:
            id: A-1001
            status: late
            total: 22.8
      "*":
        - error: this call was not in the conversation
    turns:
      - user: Where is A-1001?
        script:
          - call: lookup_order
            with:
              id: A-1001
          - say: "It is **late** and costs 22.8. \\u001b[31mred"
        expect:
          tools:
            - lookup_order:
                args:
                  id: A-1001
                result:
                  id: A-1001
                  status: late
                  total: 22.8
          reply:
            contains: "22.8"
    "
  `);
  const test = async () => (await run(folder.path, ["test", "--id", "seen"])).exitCode;
  expect(await test()).toBe(0);
  await writeFile(file, text.replace(/(script:[^]*?id: )A-1001/, "$1A-1002"));
  expect(await test()).toBe(1);
});

test("secrets of the project are neither shown nor saved", async () => {
  await using folder = await shop({
    "playbill.yaml":
      "project: shop\ndefault_target: local\ntargets: { local: { api: assistants, server: embedded }, prod: { api: assistants, base_url: 'http://127.0.0.1:9/v1', api_key: '${KEY}' } }\n",
  });
  const secret = "sk-secret-4711-abc";
  const env = { KEY: secret, PATH: process.env.PATH };
  const { output } = await piped(folder.path, [`My key is ${secret}`, "/save key-2"], { env });
  expect(output).toContain("support> Keep *** safe.");
  expect(output).not.toContain(secret);
  expect(await readFile(join(folder.path, "scenarios/key-2.yaml"), "utf8")).not.toContain(secret);
});

test("a chat that is stopped from outside cleans up and ends at once, whatever it waits for", async () => {
  await using folder = await shop();
  const stop = new AbortController();
  const stdin = new PassThrough();
  stdin.write("Where is A-1001?\n");
  const { world, text } = createTestWorld(folder.path, { stdin, signal: stop.signal });
  const ended = main(["chat", "support"], world);
  await expect.poll(() => text("stdout")).toContain("support> It is");
  stop.abort(new Error("stopped"));
  expect(await ended).toBe(130);
  expect((await leftAt(folder.path)).assistants).toEqual([]);
});

test("/save replaces personal data, and reports it", async () => {
  await using folder = await shop();
  const lines = ["I am ana.lopez@mail.example, call +49 170 1234567", "/save mail-2"];
  const { stderr } = await piped(folder.path, lines);
  expect(stderr).toMatch(/mail-2\.yaml: \d expectations?, passes; personal data was replaced: 1 email, 1 phone/);
  const text = await readFile(join(folder.path, "scenarios/mail-2.yaml"), "utf8");
  expect(text).not.toMatch(/ana|170 1234567/);
});

test("a handler that fails is an answer, and is shown", async () => {
  await using folder = await shop();
  const { stdout, stderr } = await piped(folder.path, ["And A-9?"]);
  expect(stdout).toContain("-> error: the database is away");
  expect(stdout + stderr).not.toContain("\u001b");
  expect(stderr).toMatch(/the handler of lookup_order failed: .*the database is away .*red\n.*lookup_order\.ts:1/);
  expect(stdout).toContain("support> Hm.");
});

test("a message without a script is reported with the known messages, and how to get a model", async () => {
  await using folder = await shop();
  const { exitCode, stdout, stderr } = await piped(folder.path, ["Where is A-1001?", "Why?", "/retry", "Thanks!"]);
  expect(stderr).toContain(
    "answers only from scripts in scenarios; a conversation can begin with:\n  Where is A-1001?",
  );
  expect(stderr).toContain("playbill chat support --target NAME");
  expect(stdout).toContain('! failed: No script matches the conversation: "Why?"');
  expect(stderr).toContain("Its scripts continue with:\n  Cancel it.\n");
  expect(exitCode).toBe(1);
});

test("an unreachable target is shown, and the chat continues", async () => {
  await using folder = await shop({
    "playbill.yaml": "project: shop\ntargets: { gone: { api: assistants, base_url: 'http://127.0.0.1:9/v1' } }\n",
  });
  const { exitCode, output } = await piped(folder.path, ["Hello", "/cost"], {}, "--target", "gone");
  expect(output).toContain("error[unreachable]");
  expect(output).toContain("your message was removed; /retry sends it again");
  expect(output).toContain("nothing has been sent yet");
  expect(exitCode).toBe(5);
});

test("files go with a message, and into the scenario", async () => {
  const tools = "[{ function: lookup_order }, { function: cancel_order }, code_interpreter]";
  await using folder = await shop({ "assistants/support.yaml": `model: gpt-4o-mini\ntools: ${tools}\n` });
  const lines = [
    "/attach notes/order.txt",
    "/attach nowhere.txt",
    "/attach ../x.txt",
    "Where is A-1001?",
    "/save with-file",
  ];
  const { stdout, stderr } = await piped(folder.path, lines);
  expect(stderr).toContain("notes/order.txt will be sent with the next message");
  expect(stderr).toContain("error[missing_file]");
  expect(stderr).toContain("error[outside_project]");
  expect(stdout).toContain("support> It is **late**");
  expect(stderr).toContain("passes");
  expect(await readFile(join(folder.path, "scenarios/with-file.yaml"), "utf8")).toContain("../notes/order.txt");
});

test("wrong input is reported before anything is created", async () => {
  await using folder = await shop();
  const unknown = await run(folder.path, ["chat", "suport"]);
  expect(unknown).toMatchObject({ exitCode: 4, stdout: "" });
  expect(unknown.stderr).toContain("Did you mean support?");
  const deployed = await run(folder.path, ["chat", "support", "--deployed"]);
  expect(deployed.stderr).toContain("error[not_synced]");
  expect((await run(folder.path, ["sync", "--yes"])).exitCode).toBe(0);
  const after = await piped(folder.path, ["Where is A-1001?"], {}, "--deployed");
  expect(steady(after.stdout)).toContain("support> It is **late**");
  expect((await leftAt(folder.path)).assistants).toHaveLength(1);
});
