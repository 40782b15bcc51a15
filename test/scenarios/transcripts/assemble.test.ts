import { describe, expect, test } from "vitest";
import { told } from "./told.ts";

import { chat, whole } from "./samples.ts";

const text = JSON.stringify;

describe("what happens in conversations", () => {
  test.each<[string, object[], string[]]>([
    [
      "the assistant begins",
      [
        { role: "assistant", content: "Hello!" },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes?" },
      ],
      ["before: assistant Hello!", "user Hi", "say Yes?"],
    ],
    [
      "two messages of the user",
      [
        { role: "user", content: "Hi" },
        { role: "user", content: "You there?" },
        { role: "assistant", content: "Yes" },
      ],
      ["user Hi\n\nYou there?", "say Yes"],
    ],
    [
      "nobody answers the last message",
      [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes?" },
        { role: "user", content: "Bye" },
      ],
      ["user Hi", "say Yes?", "not in it: a final user message without an answer"],
    ],
    [
      "calls at once, answered in another order",
      [
        { role: "user", content: "x" },
        {
          role: "assistant",
          tool_calls: [
            { id: "1", function: { name: "a", arguments: "{}" } },
            { id: "2", function: { name: "b", arguments: "" } },
          ],
        },
        { role: "tool", tool_call_id: "2", content: "two" },
        { role: "tool", tool_call_id: "1", content: "1" },
      ],
      ["user x", "call a {} -> 1", 'call b {} -> "two"'],
    ],
    [
      "the last calls are not answered",
      chat.slice(0, 2),
      ["user Where is A-1?", 'call lookup {"id":"A-1"} -> nothing', "end requires_action"],
    ],
    [
      "calls in the middle are not answered",
      [...chat.slice(0, 2), ...chat.slice(3)],
      [
        ...whole.map((line) => line.replace('{"status":"late"}', "nothing")),
        "not in it: the answer to a call to lookup, which is null in the scenario",
      ],
    ],
    [
      "an image goes along",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:..." } },
          ],
        },
        { role: "assistant", content: "A cat." },
      ],
      ["user What is this?", "say A cat.", "not in it: the attachment image_url"],
    ],
    [
      "a name that no API takes",
      [
        { role: "user", content: "x" },
        { role: "assistant", tool_calls: [{ id: "1", function: { name: "spotify.play", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "1", content: "ok" },
      ],
      [
        "user x",
        'call spotify_play {} -> "ok"',
        "not in it: the name spotify.play, which is spotify_play in the scenario",
      ],
    ],
    [
      "several calls wrapped into one",
      [
        { role: "user", content: "x" },
        {
          role: "assistant",
          tool_calls: [
            {
              id: "1",
              function: {
                name: "multi_tool_use.parallel",
                arguments: text({ tool_uses: [{ recipient_name: "functions.a", parameters: { n: 1 } }] }),
              },
            },
          ],
        },
        { role: "tool", tool_call_id: "1", content: "ok" },
      ],
      ["user x", 'call a {"n":1} -> "ok"'],
    ],
    [
      "a refusal",
      [
        { role: "user", content: "x" },
        { role: "assistant", content: null, refusal: "No." },
      ],
      ["user x", "refuse No."],
    ],
    [
      "what the model thinks",
      [
        { role: "user", content: "x" },
        { role: "assistant", content: "<think>hmm</think>y" },
      ],
      ["user x", "say y"],
    ],
    [
      "a message of nobody known",
      [
        { role: "user", content: "x" },
        { role: "assistant", content: "y" },
        { role: "critic", content: "z" },
      ],
      ["user x", "say y", "not in it: something that is not a message"],
    ],
    [
      "big numbers and texts that look like numbers stay",
      [
        { role: "user", content: "x" },
        { role: "assistant", tool_calls: [{ id: "1", function: { name: "a", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "1", content: "007" },
        { role: "assistant", content: "y" },
      ],
      ["user x", 'call a {} -> "007"', "say y"],
    ],
  ])("%s", (_what, messages, lines) => {
    expect(told({ messages })).toEqual(lines);
  });
});

describe("what cannot be used is reported", () => {
  test.each<[string, unknown, string]>([
    ["no conversation", { hello: "world" }, "it contains no conversation: it has hello"],
    ["nothing", null, "it contains no conversation"],
    [
      "a response alone",
      { id: "r", object: "response", output: [{ type: "message", role: "assistant", content: "x" }] },
      "it is a response without its input, so what the user said is not in it",
    ],
    [
      "nobody answers",
      { messages: [{ role: "user", content: "x" }] },
      "it contains no user message that the assistant answered",
    ],
    [
      "arguments that are no object",
      {
        messages: [
          { role: "user", content: "x" },
          { role: "assistant", tool_calls: [{ id: "1", function: { name: "a", arguments: "{broken" } }] },
        ],
      },
      "the arguments of a are not a JSON object",
    ],
    [
      "a stream without its end",
      { type: "response.created", response: { id: "r" } },
      "the stream of a response ends before the response does",
    ],
    ["brackets without end", JSON.parse("[".repeat(5000) + "]".repeat(5000)), "it is nested too deeply"],
  ])("%s", (_what, document, why) => {
    expect(told(document)).toEqual([`unusable: ${why}`]);
  });
});
