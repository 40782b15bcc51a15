import { expect, test } from "vitest";
import { violationsOf, type Violation } from "./check.ts";
import type { FinalThread, History, Operation, Seen } from "./history.ts";

const threadId = "thread_1";
const at = (start: number, end: number) => ({ client: 1, threadId, start, end });
const post = (start: number, end: number, messageId: string): Operation => ({
  ...at(start, end),
  kind: "post message",
  text: messageId,
  outcome: { kind: "done", messageId },
});
const begin = (start: number, end: number, runId: string): Operation => ({
  ...at(start, end),
  kind: "begin run",
  outcome: { kind: "done", runId },
});
const read = (start: number, end: number, runId: string, status: string): Operation => ({
  ...at(start, end),
  kind: "read run",
  runId,
  outcome: { kind: "done", status },
});
const list = (start: number, end: number, ...messageIds: string[]): Operation => ({
  ...at(start, end),
  kind: "list messages",
  outcome: { kind: "done", messageIds },
});
const wholeStream: Seen = {
  statuses: ["queued", "in_progress", "completed"],
  texts: { a1: "yes" },
  numbers: [1, 2, 3, 4],
  isWhole: true,
};
const stream = (start: number, end: number, runId: string, seen: Partial<Seen> = {}): Operation => ({
  ...at(start, end),
  kind: "stream run",
  outcome: { kind: "done", runId, begun: start + 1, seen: { ...wholeStream, ...seen } },
});

const said = (id: string) => ({ id, runId: null, text: id, status: "completed" });
const answer = (id: string, runId: string, text = "yes", status = "completed") => ({ id, runId, text, status });
const run = (id: string, status = "completed") => ({ id, status });
const messages: FinalThread["messages"] = [said("m1"), said("m2"), answer("a1", "r1")];
const runs: FinalThread["runs"] = [run("r1")];

function historyOf(operations: Operation[], thread: Partial<FinalThread> = {}): History {
  return { operations, threads: [{ id: threadId, messages, runs, ...thread }], reply: "yes" };
}

const lawful: [string, History][] = [
  ["nothing at all", { operations: [], threads: [], reply: "yes" }],
  [
    "messages, then a run",
    historyOf([post(0, 5, "m1"), post(3, 9, "m2"), begin(10, 12, "r1"), list(11, 13, "m1", "m2")]),
  ],
  ["what was said at once, in either order", historyOf([post(0, 9, "m2"), post(1, 8, "m1"), stream(10, 20, "r1")])],
  ["a list of the time between", historyOf([post(0, 5, "m1"), post(5, 20, "m2"), list(6, 19, "m1")])],
  [
    "a run begun while another one may be over already",
    historyOf([begin(0, 2, "r1"), read(3, 5, "r1", "in_progress"), begin(4, 8, "r2")], {
      runs: [run("r1"), run("r2", "cancelled")],
    }),
  ],
  [
    "a message that nobody answered for, there or not",
    historyOf([{ ...at(0, 5), kind: "post message", text: "m3", outcome: { kind: "unknown" } }]),
  ],
  [
    "a stream that broke off, of a run that failed",
    historyOf([stream(0, 9, "r1", { statuses: ["queued", "in_progress"], texts: { a1: "y" }, isWhole: false })], {
      messages: [answer("a1", "r1", "y", "incomplete")],
      runs: [run("r1", "failed")],
    }),
  ],
];

test.each(lawful)("finds nothing in %s", (_, history) => {
  expect(violationsOf(history)).toEqual([]);
});

const broken: [Violation["rule"], string, History][] = [
  [
    "one active run a thread",
    "run r2 was begun while run r1 was active",
    historyOf([begin(0, 2, "r1"), begin(3, 5, "r2"), read(6, 7, "r1", "in_progress")], {
      runs: [run("r1"), run("r2", "failed")],
    }),
  ],
  [
    "one active run a thread",
    "run r2 was begun while run r1 was active",
    historyOf([begin(0, 2, "r1"), stream(3, 9, "r2", { texts: { a2: "yes" } }), read(6, 7, "r1", "queued")], {
      messages: [...messages, answer("a2", "r2")],
      runs: [run("r1"), run("r2")],
    }),
  ],
  [
    "one active run a thread",
    "message m1 was taken while run r1 was active",
    historyOf([begin(0, 2, "r1"), post(3, 5, "m1"), read(6, 7, "r1", "in_progress")]),
  ],
  ["no answered write lost", "message m3 was answered and is not there as it was said", historyOf([post(0, 1, "m3")])],
  [
    "no answered write lost",
    "message m1 was answered and is not there as it was said",
    historyOf([post(0, 1, "m1")], { messages: [{ ...said("m1"), text: "something else" }, answer("a1", "r1")] }),
  ],
  ["no answered write lost", "run r9 was answered and is not there", historyOf([begin(0, 1, "r9")])],
  ["no answered write lost", "run r1 was cancelled, and is completed now", historyOf([read(0, 1, "r1", "cancelled")])],
  [
    "lists in insertion order",
    "message m2 stands before m1, which came first",
    historyOf([post(0, 1, "m1"), post(2, 3, "m2")], { messages: [said("m2"), said("m1"), answer("a1", "r1")] }),
  ],
  ["lists in insertion order", "the list m2,m1 is not how the thread began", historyOf([list(0, 1, "m2", "m1")])],
  ["lists in insertion order", "the list m2 is not how the thread began", historyOf([list(0, 1, "m2")])],
  [
    "lists in insertion order",
    "message m1 was answered, and a later list does not show it",
    historyOf([post(0, 1, "m1"), list(2, 3)]),
  ],
  [
    "lists in insertion order",
    "message m1 was listed before it was said",
    historyOf([list(0, 1, "m1"), post(2, 3, "m1")]),
  ],
  [
    "every stream complete and in order",
    "the stream of run r1 went queued, completed, in_progress",
    historyOf([stream(0, 9, "r1", { statuses: ["queued", "completed", "in_progress"], isWhole: false })]),
  ],
  [
    "every stream complete and in order",
    "the stream of run r1 ended with in_progress",
    historyOf([stream(0, 9, "r1", { statuses: ["queued", "in_progress"] })], { runs: [run("r1", "completed")] }),
  ],
  [
    "every stream complete and in order",
    "the stream of run r1 came to 4 after 2",
    historyOf([stream(0, 9, "r1", { numbers: [1, 2, 4] })]),
  ],
  [
    "every stream complete and in order",
    'the stream of run r1 gave "ye" of message a1, which says "yes"',
    historyOf([stream(0, 9, "r1", { texts: { a1: "ye" } })]),
  ],
  [
    "every stream complete and in order",
    "the stream of run r1 did not show message a1",
    historyOf([stream(0, 9, "r1", { texts: {} })]),
  ],
  [
    "every stream complete and in order",
    "the stream of run r1 said completed, and the run is failed",
    historyOf([stream(0, 9, "r1")], { runs: [run("r1", "failed")] }),
  ],
  [
    "a run is carried out once",
    "run r1 answered 2 times",
    historyOf([], { messages: [answer("a1", "r1"), answer("a2", "r1")] }),
  ],
  [
    "a run is carried out once",
    'run r1 is completed and says "yesyes"',
    historyOf([], { messages: [answer("a1", "r1", "yesyes")] }),
  ],
  ["a run is carried out once", "run r1 is completed and says nothing", historyOf([], { messages: [] })],
  [
    "a run is carried out once",
    "run r1 is over, and its message is not",
    historyOf([], { messages: [answer("a1", "r1", "y", "in_progress")], runs: [run("r1", "failed")] }),
  ],
  [
    "every run comes to its end",
    "run r1 is in_progress for ever",
    historyOf([], { messages: [], runs: [run("r1", "in_progress")] }),
  ],
];

test.each(broken)("%s: %s", (rule, words, history) => {
  expect(violationsOf(history)).toContainEqual({ rule, words });
});

test("every rule has a history that breaks it", () => {
  expect(new Set(broken.map(([rule]) => rule)).size).toBe(6);
});
