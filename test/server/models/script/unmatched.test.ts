import { expect, test } from "vitest";
import { findTurn } from "../../../../src/server/models/script/find.ts";
import { explainUnmatched } from "../../../../src/server/models/script/unmatched.ts";
import { growTree, knownMessages } from "../../../../src/server/models/script/find.ts";

const conversations = [
  {
    id: "paris",
    assistantName: "Weather",
    opening: [],
    turns: [
      { user: ["What's the weather in Paris?"], steps: [] },
      { user: ["Thanks, ", { hole: "saved.name" }, "!"], steps: [] },
    ],
  },
  { id: "greeting", assistantName: "Weather", opening: ["Hello"], turns: [{ user: ["How are you?"], steps: [] }] },
];

function explain(...said: string[]): string {
  const lost = findTurn(growTree(conversations), said, "Weather");
  if (lost.kind === "found") throw new Error("it was found");
  return explainUnmatched("script", said, lost, knownMessages(conversations));
}

test.each([
  [
    ["Whats the wether in Paris"],
    `No script matches the conversation: "Whats the wether in Paris". The closest is "What's the weather in Paris?", turn 1 of scenario "paris".`,
  ],
  [
    ["What's the weather in Paris?", "How are you"],
    `No script matches the conversation: "How are you", user message 2. The closest is "Thanks, \${{ saved.name }}!", turn 2 of scenario "paris".`,
  ],
  [
    ["How are you?"],
    `No script matches the conversation: "How are you?". It is turn 1 of scenario "greeting", but the messages before it are different.`,
  ],
  [
    ["Hello"],
    `No script answers "Hello" yet: it is only the opening of a scenario's thread. The next message would be "How are you?", turn 1 of scenario "greeting".`,
  ],
  [[], "No script matches a conversation without user messages."],
])("%j", (said, message) => {
  expect(explain(...said)).toBe(message);
});

test("without any script it says so", () => {
  expect(explainUnmatched("recording", ["Hi"], { kind: "unmatched", known: 0, next: [] }, [])).toBe(
    'No recording matches the conversation: "Hi". There are no recordings.',
  );
});

test("a long message is quoted in part", () => {
  expect(explain("x".repeat(5_000)).length).toBeLessThan(400);
});
