import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SpokenText } from "../../../../src/project/script.ts";
import { growTree, type KnownConversation } from "../../../../src/server/models/script/find.ts";
import { showSpoken, findTurn } from "../../../../src/server/models/script/find.ts";

type Conversation = KnownConversation<string>;

function conversation(id: string, turns: SpokenText[], more: Partial<Conversation> = {}): Conversation {
  return {
    id,
    assistantName: "Weather",
    opening: [],
    turns: turns.map((user, index) => ({ user, steps: `${id}/${index}` })),
    ...more,
  };
}

function find(conversations: Conversation[], said: string[], assistantName = "Weather") {
  return findTurn(growTree(conversations), said, assistantName);
}

const hole = (expression: string) => ({ hole: expression });
const message = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() !== "");
const blank = fc.stringMatching(/^[ \n\r\t]{0,4}$/);

describe("laws", () => {
  const conversations = fc.uniqueArray(fc.array(message, { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 8,
    selector: (texts) => texts.map((text) => text.trim()).join("\u0000"),
  });

  test("every conversation is found at its end by its own messages, whatever white space surrounds them", () => {
    fc.assert(
      fc.property(conversations, fc.nat(), blank, blank, (all, pick, before, after) => {
        const known = all.map((texts, index) =>
          conversation(
            `c${index}`,
            texts.map((text) => [text]),
          ),
        );
        const texts = all[pick % all.length] ?? [];
        const found = find(
          known,
          texts.map((text) => before + text.replaceAll("\n", "\r\n") + after),
        );
        expect(found).toMatchObject({ kind: "found", turn: texts.length - 1 });
        if (found.kind === "found") {
          const heard = found.conversation.turns.slice(0, found.turn + 1).map(({ user }) => showSpoken(user));
          expect(heard).toEqual(texts.map((text) => showSpoken([text])));
        }
      }),
    );
  });

  test("a hole gives back what was put into it", () => {
    fc.assert(
      fc.property(message, (text) => {
        const value = text.trim();
        const found = find([conversation("a", [["Is it [", hole("saved.it"), "]?"]])], [`Is it [${value}]?`]);
        expect(found).toMatchObject({ kind: "found", saved: { it: value.replaceAll(/\r\n?/g, "\n") } });
      }),
    );
  });
});

describe("of several that fit", () => {
  const rows: [string, Conversation[], string][] = [
    ["the first one", [conversation("a", [["Hi"]]), conversation("b", [["Hi"]])], "a"],
    [
      "the one for this assistant",
      [conversation("a", [["Hi"]], { assistantName: "Other" }), conversation("b", [["Hi"]])],
      "b",
    ],
    [
      "one with steps before one for this assistant",
      [
        conversation("a", [], { turns: [{ user: ["Hi"], steps: null }] }),
        conversation("b", [["Hi"]], { assistantName: "Other" }),
      ],
      "b",
    ],
    ["an exact one before one with a hole", [conversation("a", [[hole("saved.x")]]), conversation("b", [["Hi"]])], "b"],
  ];
  test.each(rows)("%s goes first", (_, known, id) => {
    expect(find(known, ["Hi"])).toMatchObject({ kind: "found", conversation: { id } });
  });
});

test("messages of the opening come before the turns", () => {
  const known = [conversation("a", [["How are you?"]], { opening: ["Hi"] })];
  expect(find(known, ["Hi", "How are you?"])).toMatchObject({ kind: "found", turn: 0 });
  expect(find(known, ["How are you?"])).toMatchObject({ kind: "unmatched", known: 0 });
  expect(find(known, ["Hi"])).toMatchObject({ kind: "unmatched", known: 1, next: [{ text: "How are you?", turn: 0 }] });
});

test("what stood in a hole is known in later turns, and a later text of the same name replaces it", () => {
  const turns: SpokenText[] = [
    ["I am ", hole("saved.name")],
    ["It is ", hole(" saved.day "), ", ", hole("saved.name")],
    ["Bye"],
  ];
  const found = find([conversation("a", turns)], ["I am Ann", "It is Monday, Bob", "Bye"]);
  expect(found).toMatchObject({ kind: "found", turn: 2, saved: { name: "Bob", day: "Monday" } });
});

test("the same hole twice in a message stands for the same text", () => {
  const known = [conversation("a", [[hole("saved.x"), " or 1", hole("saved.x"), "2?"]])];
  expect(find(known, ["A or 1A2?"])).toMatchObject({ kind: "found", saved: { x: "A" } });
  expect(find(known, ["A or 1B2?"])).toMatchObject({ kind: "unmatched" });
});

test("a hole of another expression fits anything and saves nothing", () => {
  const known = [conversation("a", [["Pay ", hole("saved.amount * 2.0"), " (now)"]])];
  expect(find(known, ["Pay 12\n13 (now)"])).toMatchObject({ kind: "found", saved: {} });
  expect(find(known, ["Pay 12 now"])).toMatchObject({ kind: "unmatched" });
});

test("two conversations with the same placeholders are distinguished by what follows", () => {
  const first: SpokenText = ["I am ", hole("saved.name")];
  const known = [conversation("a", [first, ["Hot?"]]), conversation("b", [["I am ", hole("saved.who")], ["Cold?"]])];
  expect(find(known, ["I am Ann", "Cold?"])).toMatchObject({ conversation: { id: "b" }, saved: { who: "Ann" } });
});

test("finding one of 20,000 conversations does not look at the others", () => {
  const known = Array.from({ length: 20_000 }, (_, index) =>
    conversation(`c${index}`, [["Hi"], [`Question ${index}`]]),
  );
  const tree = growTree(known);
  const before = process.cpuUsage();
  for (let index = 0; index < 20_000; index += 1) findTurn(tree, ["Hi", `Question ${index}`], "Weather");
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
});
