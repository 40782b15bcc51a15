import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unknownFact } from "../../../src/scenarios/simulation/facts.ts";
import { readMove, type UserMove } from "../../../src/scenarios/simulation/message.ts";
import type { UserQuestion } from "../../../src/scenarios/simulation/question.ts";

const question: UserQuestion = {
  kind: "user",
  model: "user",
  persona: "impatient",
  goal: "Get a voucher; give up after two refusals.",
  knows: { order_id: "A-1001", paid: 1042.5, mail: "kim@example.org", when: "2026-11-03" },
  said: [
    { by: "user", text: "My order never came." },
    { by: "assistant", text: "I am sorry. What is your order number? It costs 20 euros to send it again." },
  ],
  part: 2,
  most: 5,
};
const going = (message: string) => JSON.stringify({ message, state: "going_on" });

test.each<[string, string, UserMove["kind"]]>([
  ["its message", going("It is A-1001."), "says"],
  ["the message alone, as small models answer", "It is A-1001.", "says"],
  ["in a fence", `\`\`\`json\n${going("It is A-1001.")}\n\`\`\``, "says"],
  [
    "what it knows, written in another way",
    going("a1001, paid 1,042.50 (1.042,5) on 2026/11/03; Kim@Example.org"),
    "says",
  ],
  ["a part of what it knows", going("1001"), "says"],
  ["what the assistant said", going("20 euros is too much!"), "says"],
  ["small numbers and what everybody says", going("I asked 2 times, the 1st at 5pm. Give me 1 voucher."), "says"],
  ["that it is done", '{"message":"","state":"reached"}', "ends"],
  ["that it gives up", '{"message":"Bye.","state":"given_up"}', "ends"],
  ["a number that it does not know", going("It is A-1002."), "broken"],
  ["a date that it does not know", going("It was on 2026-11-04."), "broken"],
  ["a mail address that it does not know", going("Write to me@example.org"), "broken"],
  ["an amount that it does not know", going("I paid 43 euros."), "broken"],
  ["nothing", going("  "), "broken"],
  ["an object without a message", '{"state":"going_on"}', "broken"],
  ["both parts", going("It is A-1001.\nAssistant: Thanks!"), "broken"],
  ["the assistant's part", going("**Agent**: How can I help?"), "broken"],
  ["as a model", going("As an AI, I have no order."), "broken"],
  [
    "what the assistant had said",
    going("I am sorry! What is your order number? It costs 20 euros to send it again"),
    "broken",
  ],
  ["too much", going("a".repeat(4_001)), "broken"],
])("a simulated user says %s", (_, answer, kind) => {
  expect(readMove(answer, question).kind).toBe(kind);
});

describe("a simulated user", () => {
  test("does not end before it has said anything", () => {
    expect(readMove('{"message":"","state":"reached"}', { ...question, said: [], part: 1 }).kind).toBe("broken");
  });

  test("may insist, but not go in circles", () => {
    const insisting = (times: number) =>
      Array.from({ length: times }, () => ({ by: "user" as const, text: "Give me a voucher!" }));
    const move = (times: number) => readMove(going("give me a voucher"), { ...question, said: insisting(times) }).kind;
    expect([move(0), move(1), move(2)]).toEqual(["says", "says", "broken"]);
  });
});

test("whatever is known may be said, and is never a fact out of nowhere", () => {
  const known = fc.oneof(
    fc.integer().map(String),
    fc.double({ noNaN: true }).map(String),
    fc.string(),
    fc.emailAddress(),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(fc.array(known), (facts) => {
      expect(unknownFact(`I tell you: ${facts.join(" and ")}.`, facts)).toBeNull();
    }),
  );
});
