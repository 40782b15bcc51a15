import fc from "fast-check";
import { expect, test } from "vitest";
import { isOver, next, type RunEvent } from "../../../src/server/runs/state.ts";
import type { Run, RunStatus } from "../../../src/server/wire/run.ts";

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const call = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } } as const;
const events: RunEvent[] = [
  { kind: "start" },
  { kind: "ask", calls: [call] },
  { kind: "submit" },
  { kind: "requeue" },
  { kind: "cancel" },
  { kind: "cancelled", usage },
  { kind: "complete", usage },
  { kind: "cut", reason: "max_prompt_tokens", usage },
  { kind: "fail", error: { code: "server_error", message: "x" }, usage },
  { kind: "expire", usage },
];

/** The picture in the API's documentation, and back to the queue after a restart. */
const drawn: Record<RunStatus, RunStatus[]> = {
  queued: ["in_progress", "cancelling", "failed", "expired"],
  in_progress: ["requires_action", "cancelling", "completed", "failed", "incomplete", "expired", "queued"],
  requires_action: ["queued", "cancelling", "expired"],
  cancelling: ["cancelled"],
  cancelled: [],
  completed: [],
  failed: [],
  incomplete: [],
  expired: [],
};

const queued: Run = {
  id: "run_1",
  object: "thread.run",
  created_at: 100,
  assistant_id: "asst_1",
  thread_id: "thread_1",
  status: "queued",
  started_at: null,
  expires_at: 700,
  cancelled_at: null,
  failed_at: null,
  completed_at: null,
  required_action: null,
  last_error: null,
  incomplete_details: null,
  model: "m",
  instructions: null,
  tools: [],
  tool_resources: {},
  metadata: {},
  temperature: 1,
  top_p: 1,
  reasoning_effort: null,
  max_prompt_tokens: null,
  max_completion_tokens: null,
  truncation_strategy: { type: "auto", last_messages: null },
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: "auto",
  usage: null,
};

test("whatever happens, a run moves along the picture, and its fields fit its status", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), (happening) => {
      let run = queued;
      for (const [index, event] of happening.entries()) {
        const moved = next(run, event, 101 + index);
        if (!moved) continue;
        expect(drawn[run.status]).toContain(moved.status);
        run = moved;
        expect(run.required_action === null).toBe(run.status !== "requires_action");
        expect(run.usage === null).toBe(!isOver(run));
        expect(run.expires_at === null).toBe(isOver(run));
        expect(run.last_error === null).toBe(run.status !== "failed");
        expect(run.incomplete_details === null).toBe(run.status !== "incomplete");
        expect(run.cancelled_at === null).toBe(run.status !== "cancelled");
        expect(run.failed_at === null).toBe(run.status !== "failed");
      }
    }),
  );
});

test("every arrow of the picture can be taken", () => {
  const taken = new Set<string>();
  const visit = (run: Run, depth: number): void => {
    for (const event of events) {
      const moved = next(run, event, 101);
      if (!moved) continue;
      taken.add(`${run.status} ${moved.status}`);
      if (depth > 0) visit(moved, depth - 1);
    }
  };
  visit(queued, 4);
  const arrows = Object.entries(drawn).flatMap(([from, targets]) => targets.map((to) => `${from} ${to}`));
  expect([...taken].toSorted()).toEqual(arrows.toSorted());
});

test("a run that begins again keeps when it first began", () => {
  const begun = next(queued, { kind: "start" }, 101) ?? queued;
  const again = next(next(begun, { kind: "requeue" }, 102) ?? begun, { kind: "start" }, 103);
  expect(again?.started_at).toBe(101);
});
