import fc from "fast-check";
import { expect, test } from "vitest";
import { afterEvent, type ChatAction, type ChatEvent, type ChatState, newChat } from "../../../src/cli/chat/state.ts";
import type { TurnRecord } from "../../../src/scenarios/record/record.ts";

function recordOf(user: string, status: TurnRecord["status"]): TurnRecord {
  return {
    number: 1,
    id: null,
    user,
    events: [],
    calls: [],
    code: [],
    messages: [],
    valid: true,
    status,
    error: null,
    reason: null,
    usage: null,
    model: null,
    cost: null,
    time: { total: 0, first_token: null, waited: 0 },
    saved: {},
  };
}

/** What a chat does with lines, at a target that keeps what it is told and whose turns end as `ends` says. */
function chatting(events: readonly ChatEvent[], ends: readonly (TurnRecord["status"] | null)[]) {
  let state = newChat;
  let there: string[] = [];
  const actions: ChatAction[] = [];
  const left = [...ends];
  const seen: { before: ChatState; there: string[]; said: string }[] = [];
  for (const given of events) {
    const queue = [given];
    for (const event of queue) {
      const step = afterEvent(state, event);
      state = step.state;
      actions.push(...step.actions);
      for (const action of step.actions) {
        if (action.kind !== "say") continue;
        if (action.history !== null) there = action.history.map(({ user }) => user);
        seen.push({ before: state, there: [...there], said: action.said.text });
        there.push(action.said.text);
        const status = left.length === 0 ? "completed" : (left.shift() ?? null);
        const record = status === null ? null : recordOf(action.said.text, status);
        queue.push({ kind: "turn", said: action.said, record });
      }
    }
  }
  return { state, actions, seen };
}

const line = fc.oneof(
  fc.constantFrom("/undo", "/retry", "/edit", "/edit another", '"""', 'a"""', "", "/nonsense", "/help", "/save x"),
  fc.string(),
);
const event: fc.Arbitrary<ChatEvent> = fc.oneof(
  { weight: 8, arbitrary: line.map((text) => ({ kind: "line" as const, text })) },
  { weight: 1, arbitrary: fc.string({ minLength: 1 }).map((text) => ({ kind: "message" as const, text })) },
  { weight: 1, arbitrary: fc.constant({ kind: "interrupt" as const }) },
);
const ends = fc.array(
  fc.constantFrom<TurnRecord["status"] | null>("completed", "failed", "stopped", "incomplete", null),
);

test("whatever is typed and however turns end, the target has exactly the turns that count when a message is sent", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), ends, (events, how) => {
      for (const { before, there } of chatting(events, how).seen)
        expect(there).toEqual(before.turns.map(({ said }) => said.text));
    }),
  );
});

const said = (text: string): ChatEvent => ({ kind: "line", text });
const texts = (state: ChatState) => state.turns.map((turn) => turn.said.text);

test("/retry sends the same again, whether it had a result or not", () => {
  const { seen, state } = chatting(
    [said("a"), said("b"), said("/retry"), said("c"), said("/retry")],
    ["completed", "completed", "completed", "failed"],
  );
  expect(seen.map((each) => each.said)).toEqual(["a", "b", "b", "c", "c"]);
  expect(texts(state)).toEqual(["a", "b", "c"]);
});

test("/edit changes nothing until another text is sent, and keeps what went with the first", () => {
  const attachment = { file: "a.txt", tools: ["file_search" as const], isShown: false };
  const before = chatting([{ kind: "attached", attachment }, said("a"), said("/edit")], []);
  expect(texts(before.state)).toEqual(["a"]);
  expect(before.actions.at(-1)).toEqual({ kind: "prefill", text: "a" });
  expect(texts(afterEvent(before.state, { kind: "interrupt" }).state)).toEqual(["a"]);
  const { state } = chatting([{ kind: "attached", attachment }, said("a"), said("/edit"), said("b")], []);
  expect(state.turns).toMatchObject([{ said: { text: "b", attachments: [attachment] } }]);
  expect(state.attached).toEqual([]);
});

test("Ctrl-C leaves when it is pressed twice, not when something came between", () => {
  const leaves = (...events: ChatEvent[]) => chatting(events, []).actions.some(({ kind }) => kind === "leave");
  const press: ChatEvent = { kind: "interrupt" };
  expect(leaves(press)).toBe(false);
  expect(leaves(press, press)).toBe(true);
  expect(leaves(press, said("a"), press)).toBe(false);
  expect(leaves(said("/quit"))).toBe(true);
  expect(leaves({ kind: "end" })).toBe(true);
  expect(leaves(said('"""'), { kind: "end" })).toBe(true);
});

test("the end of what is piped sends what was not ended", () => {
  const { state } = chatting([said('"""'), said("a"), said("b"), { kind: "end" }], []);
  expect(texts(state)).toEqual(["a\nb"]);
});
