import fc from "fast-check";
import { expect, test } from "vitest";
import { type Board, createBoard, type Message } from "../../../src/cli/ui/board.ts";
import { type LiveEvent, type LiveState, afterEvents } from "../../../src/page-data/live.ts";
import { manualClock } from "../../server/manual-clock.ts";
import { head, nothingYet, row } from "./rows.ts";

const ids = ["one", "two", "constructor", "__proto__"];
const id = fc.constantFrom(...ids);
const anEvent: fc.Arbitrary<LiveEvent> = fc.oneof(
  fc.uniqueArray(id).map((chosen): LiveEvent => ({ kind: "scenarios", rows: chosen.map((each) => row(each)) })),
  fc.uniqueArray(id).map((chosen): LiveEvent => ({ kind: "begun", head: { ...head, run: "r" }, ids: chosen })),
  fc.tuple(id, fc.nat(3)).map(([id, turn]): LiveEvent => ({ kind: "progress", id, attempt: 1, turn })),
  fc
    .tuple(id, fc.constantFrom("passed" as const, "failed" as const))
    .map(([id, status]): LiveEvent => ({ kind: "row", row: row(id, { status }) })),
  id.map((id): LiveEvent => ({
    kind: "done",
    head: { ...head, time: 5 },
    changes: [[id, { change: "regression", before: null, p: 0.01 }]],
  })),
  fc.constant<LiveEvent>({ kind: "idle" }),
);

/** A page: it knows what it was told, and asks for the whole state when it is told to. */
function createPage(board: Board) {
  let { at, state } = board.now();
  let over = new AbortController();
  let stream = board.messages(at, over.signal);
  return {
    state: () => state,
    /** Takes what is there. */
    async read(): Promise<void> {
      while (at !== board.now().at) {
        const { value } = (await stream.next()) as { value: Message };
        if (value.name === "events") state = afterEvents(state, JSON.parse(value.data) as LiveEvent[]);
        else if (value.name === "reset") state = board.now().state;
        at = value.id ?? at;
      }
    },
    /** Its connection is cut; it comes back with the id of the last message. */
    cut(): void {
      over.abort();
      over = new AbortController();
      stream = board.messages(at, over.signal);
    },
  };
}

test("a page whose connection is cut again and again shows what the board shows", async () => {
  const step = fc.oneof(anEvent, fc.constantFrom("read" as const, "cut" as const));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const board = createBoard(nothingYet, manualClock(), "a");
      const page = createPage(board);
      let expected: LiveState = nothingYet;
      for (const each of steps) {
        if (each === "cut") page.cut();
        else if (each === "read") await page.read();
        else {
          board.tell(each);
          expected = afterEvents(expected, [each]);
        }
      }
      await page.read();
      expect(page.state()).toEqual(board.now().state);
      expect(page.state()).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test("a client that is too slow has to request the complete state, and nothing is kept for it", async () => {
  const board = createBoard(nothingYet, manualClock(), "a");
  const page = createPage(board);
  const big = row("one", { sentence: "x".repeat(1_000_000) });
  for (let number = 1; number <= 8; number += 1) {
    board.tell({ kind: "row", row: { ...big, time: number } });
    board.now();
  }
  const asked: Message[] = [];
  for await (const message of board.messages("a.1", new AbortController().signal)) {
    asked.push(message);
    if (message.id === "a.8") break;
  }
  expect(asked.map(({ name }) => name)).toEqual(["reset"]);
  await page.read();
  expect(page.state().rows[0]?.time).toBe(8);
});

test.each(["b.1", "a.7", "a.x", "", "a.-1"])(
  "what was seen of another server, or of later than now, counts for nothing: %j",
  async (after) => {
    const board = createBoard(nothingYet, manualClock(), "a");
    board.tell({ kind: "idle" });
    const { value } = await board.messages(after, new AbortController().signal).next();
    expect(value).toMatchObject({ name: "reset", id: "a.0" });
  },
);

test("events of a moment are one message, heartbeats are sent, and the end is reported", async () => {
  const clock = manualClock();
  const board = createBoard(nothingYet, clock, "a");
  const stream = board.messages(null, new AbortController().signal);
  const quiet = stream.next();
  clock.advance(15_000);
  expect((await quiet).value).toMatchObject({ name: "beat", id: null });
  board.tell({ kind: "progress", id: "one", attempt: 1, turn: null });
  board.tell({ kind: "progress", id: "one", attempt: 1, turn: 1 });
  const told = stream.next();
  clock.advance(100);
  const { value } = (await told) as { value: Message };
  expect(value).toMatchObject({ name: "events", id: "a.1" });
  expect(JSON.parse(value.data)).toHaveLength(2);
  board.tell({ kind: "idle" });
  board.close();
  expect((await stream.next()).value).toMatchObject({ name: "events", id: "a.2" });
  expect((await stream.next()).value).toMatchObject({ name: "bye" });
  expect((await stream.next()).done).toBe(true);
});
