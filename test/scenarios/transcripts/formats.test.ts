import { describe, expect, test } from "vitest";
import { told } from "./told.ts";

import { args, chat, result, whole } from "./samples.ts";

const text = JSON.stringify;

/** The same in the words of other formats: who asks, who answers, and the call with its answer. */
const sharegpt = (call: object, answer: object) => [
  { from: "human", value: "Where is A-1?" },
  call,
  answer,
  { from: "gpt", value: "It is late." },
  { from: "human", value: "Thanks!" },
  { from: "gpt", value: "You are welcome." },
];
const toolCall = { name: "lookup", arguments: args };

const items = [
  { type: "message", role: "user", content: [{ type: "input_text", text: "Where is A-1?" }] },
  { type: "reasoning", id: "rs_1", summary: [] },
  { type: "function_call", id: "fc_1", call_id: "c1", name: "lookup", arguments: text(args), status: "completed" },
  { type: "function_call_output", call_id: "c1", output: text(result) },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: "It is late.", annotations: [] }] },
  { role: "user", content: "Thanks!" },
];
const output = [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "You are welcome." }] }];

describe("one conversation in many formats", () => {
  test.each<[string, unknown]>([
    ["a list of chat messages", chat],
    ["a line of data for fine-tuning", { messages: [{ role: "system", content: "Be nice." }, ...chat], tools: [] }],
    [
      "text as a list of parts",
      {
        messages: chat.map((each) =>
          typeof each.content === "string" && each.role === "user"
            ? { ...each, content: [{ type: "text", text: each.content }] }
            : each,
        ),
      },
    ],
    ["a JSON text in a field", { conversation: text(chat) }],
    ["deep in a wrapper", { data: [{ row: { turns: chat } }] }],
    [
      "a request and its answer",
      { request: { messages: chat.slice(0, 5) }, response: { choices: [{ message: chat[5] }] } },
    ],
    [
      "preferred output of data for fine-tuning",
      { input: { messages: chat.slice(0, 5) }, preferred_output: chat.slice(5) },
    ],
    [
      "function_call of old",
      {
        messages: [
          chat[0],
          { role: "assistant", content: null, function_call: { name: "lookup", arguments: text(args) } },
          { role: "function", name: "lookup", content: text(result) },
          ...chat.slice(3),
        ],
      },
    ],
    [
      "parts that are calls and answers",
      {
        messages: [
          { role: "user", content: "Where is A-1?" },
          { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "lookup", input: args }] },
          { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: text(result) }] },
          ...chat.slice(3),
        ],
      },
    ],
    [
      "human and gpt, with function_call and observation",
      {
        conversations: sharegpt(
          { from: "function_call", value: text(toolCall) },
          { from: "observation", value: text(result) },
        ),
      },
    ],
    [
      "the same with function as the one who calls",
      {
        conversations: sharegpt(
          { from: "function", value: text(toolCall) },
          { from: "observation", value: text(result) },
        ),
      },
    ],
    [
      "tags of Hermes",
      {
        conversations: sharegpt(
          { from: "gpt", value: `<tool_call>\n${text(toolCall)}\n</tool_call>` },
          {
            from: "tool",
            value: `<tool_response>\n{'name': 'lookup', 'content': {'status': 'late'}}\n</tool_response>`,
          },
        ),
      },
    ],
    [
      "a call as Python prints it",
      {
        conversations: sharegpt(
          { from: "gpt", value: "<tool_call>\n{'name': 'lookup', 'arguments': {'id': 'A-1'}}\n</tool_call>" },
          { from: "tool", value: text(result) },
        ),
      },
    ],
    [
      "a list of Python calls",
      {
        conversations: sharegpt(
          { from: "assistant", value: '[lookup(id="A-1")]' },
          { from: "tool", value: text(result) },
        ),
      },
    ],
    [
      "a call behind a mark",
      {
        conversations: sharegpt(
          { from: "gpt", value: `[TOOL_CALLS] [${text(toolCall)}]` },
          { from: "tool", value: text(result) },
        ),
      },
    ],
    [
      "one text with who speaks before each part",
      {
        system: "SYSTEM: You can call functions.",
        chat: `USER: Where is A-1?\n\n\nASSISTANT: <functioncall> {"name": "lookup", "arguments": '{"id": "A-1"}'} <|endoftext|>\n\n\nFUNCTION RESPONSE: ${text(result)}\n\n\nASSISTANT: It is late. <|endoftext|>\n\n\nUSER: Thanks!\n\n\nASSISTANT: You are welcome. <|endoftext|>`,
      },
    ],
    [
      "ChatML",
      {
        text: `<|im_start|>user\nWhere is A-1?<|im_end|>\n<|im_start|>assistant\n<tool_call>${text(toolCall)}</tool_call><|im_end|>\n<|im_start|>tool\n${text(result)}<|im_end|>\n<|im_start|>assistant\nIt is late.<|im_end|>\n<|im_start|>user\nThanks!<|im_end|>\n<|im_start|>assistant\nYou are welcome.<|im_end|>`,
      },
    ],
    [
      "an annotated dialogue with apis",
      {
        dialogue: [
          { speaker: "user", text: "Where is A-1?" },
          {
            speaker: "assistant",
            text: "It is late.",
            apis: [{ request: { api_name: "lookup", parameters: args }, response: result, exception: null }],
          },
          { speaker: "user", text: "Thanks!" },
          { speaker: "assistant", text: "You are welcome." },
        ],
      },
    ],
    [
      "a schema-guided dialogue",
      {
        dialogue_id: "1_00000",
        turns: [
          { speaker: "USER", utterance: "Where is A-1?", frames: [{ service: "Orders_1" }] },
          {
            speaker: "SYSTEM",
            utterance: "It is late.",
            frames: [
              { service: "Orders_1", service_call: { method: "lookup", parameters: args }, service_results: result },
            ],
          },
          { speaker: "USER", utterance: "Thanks!", frames: [] },
          { speaker: "SYSTEM", utterance: "You are welcome.", frames: [] },
        ],
      },
    ],
    ["a response with its input", { id: "resp_1", object: "response", input: items, output, status: "completed" }],
    ["items of a conversation", { object: "list", data: [...items, ...output] }],
    [
      "the events of a stream",
      {
        type: "response.completed",
        sequence_number: 9,
        response: { id: "resp_1", object: "response", input: items, output },
      },
    ],
  ])("%s", (_what, document) => {
    expect(told(document)).toEqual(whole);
  });
});

test("a chain of responses is one conversation", () => {
  const first = {
    id: "resp_1",
    object: "response",
    previous_response_id: null,
    input: "Hi",
    output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello!" }] }],
  };
  const second = { ...first, id: "resp_2", previous_response_id: "resp_1", input: "And A-1?" };
  expect(told(second, first)).toEqual(["user Hi", "say Hello!", "user And A-1?", "say Hello!"]);
});
