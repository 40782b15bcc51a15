import { describe, expect, test } from "vitest";
import { readAll, told } from "./told.ts";

import { args, result, whole } from "./samples.ts";

const text = JSON.stringify;

const thread = (() => {
  const message = (id: string, at: number, role: string, value: string, run: string | null = null) => ({
    id,
    object: "thread.message",
    created_at: at,
    thread_id: "thread_1",
    role,
    run_id: run,
    assistant_id: run === null ? null : "asst_1",
    content: [{ type: "text", text: { value, annotations: [] } }],
  });
  const messages = [
    message("m1", 10, "user", "Where is A-1?"),
    message("m2", 12, "assistant", "It is late.", "r1"),
    message("m3", 20, "user", "Thanks!"),
    message("m4", 21, "assistant", "You are welcome.", "r2"),
  ];
  const step = (id: string, run: string, at: number, details: object) => ({
    id,
    object: "thread.run.step",
    created_at: at,
    run_id: run,
    thread_id: "thread_1",
    step_details: details,
  });
  const calls = {
    type: "tool_calls",
    tool_calls: [
      { id: "c1", type: "function", function: { name: "lookup", arguments: text(args), output: text(result) } },
    ],
  };
  const said = (id: string) => ({ type: "message_creation", message_creation: { message_id: id } });
  const steps = [step("s1", "r1", 11, calls), step("s2", "r1", 12, said("m2")), step("s3", "r2", 21, said("m4"))];
  const runs = [
    {
      id: "r1",
      object: "thread.run",
      created_at: 10,
      thread_id: "thread_1",
      assistant_id: "asst_1",
      status: "completed",
      instructions: "Be nice.",
    },
    {
      id: "r2",
      object: "thread.run",
      created_at: 20,
      thread_id: "thread_1",
      assistant_id: "asst_1",
      status: "completed",
    },
  ];
  return { messages, steps, runs };
})();
const list = (data: readonly object[]) => ({ object: "list", data, has_more: false });

describe("a thread of the Assistants API", () => {
  test.each<[string, unknown[]]>([
    [
      "in one document, the newest first",
      [
        {
          messages: list(thread.messages.toReversed()),
          runs: list(thread.runs.toReversed()),
          steps: list(thread.steps.toReversed()),
        },
      ],
    ],
    ["the oldest first", [thread]],
    ["an object a line", [...thread.messages, ...thread.runs, ...thread.steps]],
    ["everything twice", [thread, thread]],
    ["all within one second", [JSON.parse(text(thread).replaceAll(/"created_at":\d+/g, '"created_at":1')) as unknown]],
    ["without its runs", [{ messages: thread.messages, steps: thread.steps }]],
  ])("%s", (_what, documents) => {
    expect(told(...documents)).toEqual(whole);
  });

  test("without steps, its calls are not known", () => {
    expect(told(list(thread.messages.toReversed()))).toEqual(whole.filter((line) => !line.startsWith("call")));
  });

  test("the assistant and what it was told are those of the run", () => {
    const [read] = readAll(thread);
    expect(read).toMatchObject({ conversation: { assistant: "asst_1", instructions: "Be nice." } });
  });
});
