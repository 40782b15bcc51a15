import { expect, test } from "vitest";
import { problem } from "../../../src/problem.ts";
import { createListReporter } from "../../../src/scenarios/reports/list.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { errored, played, reported, skipped } from "./results.ts";

const list = (results: ScenarioResult[], conversations = false) =>
  reported(createListReporter, results, { conversations });

test("a line each as they come, a screen for each failure, then the counts", async () => {
  expect(await list([played(42), { ...played(4, "No."), id: "later" }, errored, skipped])).toMatchInlineSnapshot(`
    "✓ late  Late order  2 turns, 1.2 s
    ✗ later  Late order  2 turns, 1.2 s
    ! cut[off=1]  Late order  0 of 2 turns, 1.2 s
    - skipped  Late order  later

    ── 1 of 2 ──
    later: Late order

    error[expect_tools]: turn 2: refund was called, but not as described
      --> scenarios/test.yaml:7:23
       |
     7 |       tools: [refund: { order: A-1, sum: { $gte: 40 } }]
       |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       = refund({"order":"A-1","sum":4,"note":"late"}): sum: expected at least 40, got 4

      - expected
      + actual
        {
          "refund": {
            "note": "late",
            "order": "A-1",
      -     "sum": {
      -       "$gte": 40
      -     }
      +     "sum": 4
          }
        }

    error[expect_reply]: turn 2: expected a reply that contains "paid"
      --> scenarios/test.yaml:8:26
       |
     8 |       reply: { contains: paid }
       |                          ^^^^

      - expected
      + actual
      - paid
      + No.

      turn 1 of 2
        > Where is it?
          Lost.
      turn 2 of 2
        > Then give me my money back.
          refund({"order":"A-1","sum":4,"note":"late"}) -> {}
          No.

    again: playbill test --id later

    ── 2 of 2 ──
    cut[off=1]: Late order

    error[unreachable]: cannot reach it

    again: playbill test --id cut[off=1]

    1 passed, 1 failed, 1 errored, 1 skipped (2.5 s)
    "
  `);
});

test("scenarios that could not begin for one reason are on one screen", async () => {
  const other = { ...errored, id: "other", problems: [problem("unreachable", "cannot reach that one")] };
  const same = Array.from({ length: 7 }, (_, index) => ({ ...errored, id: `s${index}` }));
  const output = await list([errored, other, ...same.slice(0, 2)]);
  expect(output.match(/^── .*/gm)).toEqual(["── 1 of 2 ──", "── 2 of 2 ──"]);
  expect(output.match(/^the same.*/gm)).toEqual(["the same failure in 2 more: s0, s1"]);
  expect(output).toContain("4 errored");
  expect(await list([errored, ...same])).toContain("the same failure in 7 more: s0, s1, s2, s3, s4 and 2 others");
});

test("with conversations, what was said and called in those that passed", async () => {
  expect(await list([played(42)], true)).toMatchInlineSnapshot(`
    "✓ late  Late order  2 turns, 1.2 s
        > Where is it?
          Lost.
        > Then give me my money back.
          refund({"order":"A-1","sum":42,"note":"late"}) -> {}
          It is paid.


    1 passed (2.5 s)
    "
  `);
});

test("nothing that was said can control the terminal", async () => {
  const output = await list([played(42, "\u001b[2J\u202ehidden"), played(4, "\u001b]0;title\u0007\r\u009b2J")], true);
  // oxlint-disable-next-line no-control-regex
  expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test("of a long reply the beginning is shown", async () => {
  const reply = Array.from({ length: 100 }, (_, index) => `line ${index}`).join("\n");
  const output = await list([played(42, reply)], true);
  expect(output).toContain("… 76 more lines");
  expect(output).not.toContain("line 50");
});

test("an implementation that failed is shown with its place and its last lines, whatever else failed", async () => {
  const finding = {
    code: "handler_failed" as const,
    message: "'id'",
    trace: ["Traceback (most recent call last):", '  File "tools/refund.py", line 3, in <module>', "KeyError: 'id'"],
    place: { file: "tools/refund.py", line: 3 },
  };
  const broken = (result: ScenarioResult): ScenarioResult => {
    const turns = result.record?.turns.map((turn) => ({
      ...turn,
      calls: turn.calls.map((call) => ({ ...call, findings: [finding] })),
    }));
    return { ...result, record: result.record && { ...result.record, turns: turns ?? [] } };
  };
  const block = `turn 2: the implementation of refund failed at tools/refund.py:3
        Traceback (most recent call last):
          File "tools/refund.py", line 3, in <module>
        KeyError: 'id'`;
  const flat = (text: string) => text.replaceAll(/^ +/gm, "");
  for (const result of [played(42), played(4, "No.")])
    expect(flat(await list([broken(result)]))).toContain(flat(block));
});

test("one cause has one screen, however many scenarios it hit", async () => {
  const cut = (run: string) => ({
    ...errored,
    id: run,
    problems: [problem("stream_ended_early", `the stream of run run_${run} stopped`)],
  });
  const text = await list([cut("a"), cut("b"), cut("c")]);
  expect(text.match(/^── /gm)).toHaveLength(1);
  expect(text).toContain("the same failure in 2 more: b, c");
});

test("a scenario that passed in the end says why it was tried again", async () => {
  const about = { confirmation: 0, run: 1, attempt: 1, time: 1, usage: null };
  const result = {
    ...played(42),
    status: "flaky" as const,
    attempts: [
      { ...about, status: "errored" as const, problems: errored.problems, verdicts: [], record: null },
      { ...about, status: "passed" as const },
    ],
  };
  expect(await list([result])).toContain(
    "≈ late  Late order  2 turns, 1.2 s, 2 attempts\n    attempt 1 errored: cannot reach it\n",
  );
});
