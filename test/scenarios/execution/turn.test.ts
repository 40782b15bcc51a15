import { expect, test } from "vitest";
import { recordOf } from "../../../src/scenarios/execution/turn-log.ts";
import { runTurn, type TurnPlan } from "../../../src/scenarios/execution/turn.ts";
import type { ToolStubs } from "../../../src/scenarios/stubs/rules.ts";
import type { Conversation, TurnEvent } from "../../../src/targets/target.ts";
import { manualClock, type ManualClock } from "../../server/manual-clock.ts";

const plan: TurnPlan = {
  number: 1,
  part: null,
  id: null,
  user: "Where is it?",
  choice: null,
  timeout: 1_000,
  conversation: null,
  toolRounds: 8,
  leaveCalls: false,
  isForbidden: () => false,
  scope: { saved: {}, turn: {} },
};
const ended: TurnEvent = { kind: "ended", status: "completed", error: null, reason: null, usage: null, model: null };
const call = { callId: "call_1", name: "lookup", arguments: "{}" };
const answering = (): ToolStubs => ({
  answer: async () => ({ outcome: { kind: "result", value: 1 }, findings: [], problems: [], changes: [] }),
  world: () => null,
});

type Step = TurnEvent | number | "hang";

/** A turn at a target that does this, step by step; a number is time that passes. */
async function turnOf(
  first: Step[],
  then: Step[] = [],
  tools: (clock: ManualClock) => ToolStubs = answering,
  cancel: (clock: ManualClock) => Promise<void> = async () => {},
  bounds: Pick<TurnPlan, "conversation"> = { conversation: null },
) {
  const clock = manualClock(0);
  async function* events(steps: Step[]): AsyncGenerator<TurnEvent> {
    for (const step of steps) {
      if (step === "hang") {
        setImmediate(() => clock.advance(plan.timeout));
        await new Promise(() => {});
      } else if (typeof step === "number") clock.advance(step);
      else yield step;
    }
  }
  const conversation: Conversation = {
    id: "thread_1",
    send: () => events(first),
    answer: () => events(then),
    cancel: () => cancel(clock),
    close: async () => {},
    fileName: async () => null,
    fileContent: async () => null,
    passages: async () => [],
    transcript: async () => [],
  };
  const log = await runTurn(
    conversation,
    tools(clock),
    { ...plan, ...bounds },
    { clock, signal: new AbortController().signal },
  );
  return { log, record: recordOf(plan, log), problem: log.stop?.problems[0] };
}

test("waiting for a rate limit is apart from the turn's time, and does not end it", async () => {
  const { record } = await turnOf([
    100,
    { kind: "waiting", reason: "rate limit" },
    20_000,
    { kind: "resumed" },
    300,
    { kind: "text", delta: "Hi" },
    200,
    ended,
  ]);
  expect(record).toMatchObject({ status: "completed", time: { total: 600, first_token: 400, waited: 20_000 } });
});

test("any other event ends the waiting too", async () => {
  const { record } = await turnOf([
    { kind: "waiting", reason: "queue" },
    5_000,
    { kind: "text", delta: "Hi" },
    999,
    ended,
  ]);
  expect(record.time).toEqual({ total: 999, first_token: 0, waited: 5_000 });
});

test.each<[string, Step[], Step[], string]>([
  ["nothing", ["hang"], [], "the assistant's first word"],
  ["a word", [{ kind: "text", delta: "It" }, "hang"], [], "the assistant to continue after beginning a message"],
  [
    "code",
    [{ kind: "code", callId: "c", input: "1", logs: "", images: [] }, "hang"],
    [],
    "the assistant to continue after running code",
  ],
  ["a call", [{ kind: "requires_action", calls: [call] }], ["hang"], "the assistant to continue after a tool's answer"],
])("a time-out after %s says what it waited for", async (_, first, then, words) => {
  const { record, problem } = await turnOf(first, then);
  expect(record).toMatchObject({ status: "stopped", error: { code: "turn_timeout" } });
  expect(problem?.message).toBe(`the turn did not end within 1.0 s, so it was cancelled while waiting for ${words}`);
});

test("a turn that cannot be cancelled is given up all the same", async () => {
  const never = (clock: ManualClock) => {
    setImmediate(() => clock.advance(10_000));
    return new Promise<void>(() => {});
  };
  const { record } = await turnOf(["hang"], [], answering, never);
  expect(record).toMatchObject({ status: "stopped", error: { code: "turn_timeout" } });
});

test("a time-out while a tool is answering names it, and tells waiting apart", async () => {
  const never = (clock: ManualClock): ToolStubs => ({
    answer: async (_call, { signal }) => {
      const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
      clock.advance(plan.timeout);
      await stopped;
      return { outcome: { kind: "error", message: "stopped" }, findings: [], problems: [], changes: [] };
    },
    world: () => null,
  });
  const { problem } = await turnOf(
    [{ kind: "waiting", reason: "rate limit of api.test" }, 20_000, { kind: "requires_action", calls: [call] }],
    [],
    never,
  );
  expect(problem?.message).toContain("while waiting for lookup to answer");
  expect(problem?.hint).toContain("Not counted: 20.0 s of waiting (rate limit of api.test).");
});

test.each([
  [200, "scenario_timeout", "the conversation did not end within 3.0 s", "limits: { time: 10m }"],
  [5_000, "turn_timeout", "the turn did not end within 1.0 s", "limits: { turn: { timeout: 120s } }"],
])("with %i ms left of the conversation, it is %s", async (left, code, words, hint) => {
  const { problem } = await turnOf(["hang"], [], answering, undefined, { conversation: { left, limit: 3_000 } });
  expect(problem).toMatchObject({ code, message: expect.stringContaining(words), hint: expect.stringContaining(hint) });
});

test("what a stub delays is time of the turn, and told apart", async () => {
  const delaying = (clock: ManualClock): ToolStubs => ({
    async answer(_, { delay }) {
      setImmediate(() => clock.advance(70_000));
      await delay(70_000);
      return { outcome: { kind: "result", value: 1 }, findings: [], problems: [], changes: [] };
    },
    world: () => null,
  });
  const { record } = await turnOf([300, { kind: "requires_action", calls: [call] }], [ended], delaying);
  expect(record.time).toEqual({ total: 70_300, first_token: null, waited: 0, delayed: 70_000 });
});
