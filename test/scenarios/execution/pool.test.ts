import { describe, expect, test } from "vitest";
import type { Scenario } from "../../../src/scenarios/scenario.ts";
import { judge } from "../../../src/scenarios/judge.ts";
import type { RunRecord } from "../../../src/scenarios/record/record.ts";
import type { PlacedVerdict, ScenarioResult } from "../../../src/scenarios/results/result.ts";
import type { Clock } from "../../../src/kit/clock.ts";
import { manualClock } from "../../server/manual-clock.ts";
import { bareContext, declare, scenario } from "../scenario.ts";
import { embedded, fastClock, play } from "../embedded.ts";
import { expand } from "../../../src/scenarios/read/expand.ts";

const retryPause = 1_000;

/** A clock that stops, but for pauses of these milliseconds, which end soon, and the time that a test lets pass. */
function clockThatIsMoved(...pauses: number[]) {
  const clock = manualClock();
  const pass = (milliseconds: number) => void setImmediate(() => clock.advance(milliseconds));
  const after: Clock["after"] = (milliseconds, work) => {
    if (pauses.includes(milliseconds)) pass(milliseconds);
    return clock.after(milliseconds, work);
  };
  return { clock: { now: clock.now, after }, pass };
}

describe("the target", () => {
  const simple =
    "assistant: a\nturns: [{ user: one, script: [{ say: 'yes' }] }, { user: two, script: [{ say: 'yes' }] }]";

  test("is stopped when it takes too long, reported, and retried once", async () => {
    const slow = `
assistant: a
limits: { turn: { timeout: 90s } }
turns: [{ user: one, script: [{ say: "One " }, { delay: 1h, say: late }] }]
`;
    const { clock, pass } = clockThatIsMoved(retryPause);
    const result = await play(slow, {
      clock,
      onHappening: (happening) => happening.kind === "event" && happening.event.kind === "text" && pass(90_000),
    });
    expect(result).toMatchObject({
      status: "errored",
      attempts: [{ status: "errored" }, { status: "errored" }],
      verdicts: [],
      problems: [{ kind: "remote", code: "turn_timeout" }],
    });
    expect(result.requests.filter((each) => each.endsWith("/cancel"))).toHaveLength(2);
  });

  test("does not pay for the delays of stubs", async () => {
    const result = await play(
      `
assistant: a
limits: { turn: { timeout: 2s } }
tools: { lookup: [{ delay: 4s, return: 1 }] }
turns: [{ user: one, script: [{ call: lookup, with: {} }, { say: done }] }]
`,
      { clock: clockThatIsMoved(4_000).clock },
    );
    expect(result.status).toBe("passed");
    expect(result.record?.turns[0]?.time.total).toBe(4_000);
  });

  test("may fail once", async () => {
    let failing = 1;
    const result = await play(simple, {
      clock: fastClock,
      disturb: (request) =>
        request.endsWith("/runs") && failing-- > 0
          ? Response.json({ error: { message: "busy" } }, { status: 503 })
          : null,
    });
    expect(result).toMatchObject({
      status: "flaky",
      attempts: [{ status: "errored", problems: [{ kind: "remote" }] }, { status: "passed" }],
    });
  });

  test.each([
    [503, 2],
    [429, 2],
    [401, 1],
  ])("keeps answering %i: errored after %i attempts", async (status, attempts) => {
    const result = await play(simple, {
      clock: fastClock,
      disturb: (request) =>
        request.endsWith("/messages") ? Response.json({ error: { message: "no" } }, { status }) : null,
    });
    expect(result).toMatchObject({ status: "errored", problems: [{ kind: "remote", api: { status } }] });
    expect(result.attempts).toHaveLength(attempts);
    expect(result.requests.filter((each) => each.startsWith("DELETE"))).toHaveLength(attempts);
  });

  test("cannot be reached: errored, without a record", async () => {
    const result = await play(simple, {
      clock: fastClock,
      disturb(request) {
        if (request === "POST /v1/threads") throw new TypeError("fetch failed");
        return null;
      },
    });
    expect(result).toMatchObject({ status: "errored", record: null, problems: [{ kind: "remote" }] });
  });

  test("fails a run on its own: errored, not failed", async () => {
    const result = await play(
      "assistant: a\nturns: [{ user: one, script: [{ fail: { code: server_error, message: boom } }] }]",
      {
        clock: fastClock,
      },
    );
    expect(result).toMatchObject({
      status: "errored",
      verdicts: [],
      problems: [{ kind: "remote", code: "server_error" }],
    });
  });

  test("that never answers what deletes a conversation is not waited for", async () => {
    const { clock, pass } = clockThatIsMoved();
    const result = await play(simple, {
      clock,
      disturb(request) {
        if (!request.startsWith("DELETE")) return null;
        pass(5_000);
        return new Promise<never>(() => {});
      },
    });
    expect(result).toMatchObject({
      status: "passed",
      problems: [
        { code: "conversation_left_behind", message: expect.stringContaining("no answer within 5 s") as string },
      ],
    });
  });

  test("that keeps a conversation is worth a warning", async () => {
    const result = await play(simple, {
      disturb: (request) =>
        request.startsWith("DELETE") ? Response.json({ error: { message: "no" } }, { status: 500 }) : null,
    });
    expect(result).toMatchObject({
      status: "passed",
      problems: [{ severity: "warning", code: "conversation_left_behind" }],
    });
  });
});

/** One that passes, one that fails, one that is errored, one that is skipped. */
const mixed: Scenario[] = [
  "id: passes\nassistant: a\nturns: [{ user: passes, script: [{ say: 'yes' }], expect: { reply: { contains: 'yes' } } }]",
  "id: fails\nassistant: a\nturns: [{ user: fails, script: [{ say: 'no' }], expect: { reply: { contains: 'yes' } } }, { user: more }]",
  "id: errs\nassistant: a\nturns: [{ user: errs, script: [{ call: lookup, with: {} }, { say: 'no' }] }]",
  "id: skips\nassistant: a\nskip: { reason: later }\nturns: [{ user: skips }]",
].map((yaml) => scenario(yaml));
const withoutPlace = ({ place, ...verdict }: PlacedVerdict) => {
  expect(place === null).toBe(verdict.pass);
  return verdict;
};
const statuses = (results: ScenarioResult[]) => Object.fromEntries(results.map(({ id, status }) => [id, status]));

describe("scenarios that say the same", () => {
  const yaml = (id: string, more = "") =>
    `id: ${id}\nassistant: a\n${more}turns: [{ user: Where is it?, script: [{ say: "It is ${more === "" ? id : "${{ matrix.how }}"}." }], expect: { reply: { contains: "${more === "" ? id : "${{ matrix.how }}"}" } } }]`;

  test("are each answered by their own script, whichever runs", async () => {
    const cells = expand(declare(yaml("m", "matrix: { axes: { how: [late, lost] } }\n"), "m"), bareContext);
    const all = [scenario(yaml("late")), scenario(yaml("lost")), ...cells];
    const { run } = await embedded(all);
    for (const chosen of [all, all.slice(1, 2), all.slice(3)]) {
      expect((await run(chosen)).map(({ status }) => status)).toEqual(chosen.map(() => "passed"));
    }
  });

  test("and one without a script is not answered by another's", async () => {
    const own = scenario("id: own\nassistant: a\nturns: [{ user: Where is it?, expect: { status: completed } }]");
    const { run } = await embedded([scenario(yaml("late")), own]);
    expect((await run([own]))[0]).toMatchObject({ status: "errored", problems: [{ code: "no_script" }] });
  });
});

describe("many scenarios", () => {
  test("each end on their own, and every conversation is closed", async () => {
    const { run, requests } = await embedded(mixed);
    const results = await run(mixed);
    expect(statuses(results)).toEqual({ passes: "passed", fails: "failed", errs: "errored", skips: "skipped" });
    const opened = requests.filter((each) => each === "POST /v1/threads");
    expect(requests.filter((each) => each.startsWith("DELETE /v1/threads/"))).toHaveLength(opened.length);
    expect(opened).toHaveLength(3);
  });

  test("stored records are judged to the same verdicts", async () => {
    const { run } = await embedded(mixed);
    for (const { id, record, verdicts } of await run(mixed)) {
      const original = mixed.find((each) => each.id === id);
      if (record === null || original === undefined) continue;
      const stored = JSON.parse(JSON.stringify(record)) as RunRecord;
      expect(stored).toEqual(record);
      expect(judge(stored, original)).toEqual(verdicts.map(withoutPlace));
    }
  });

  test("are not begun after the first failure, with bail", async () => {
    const { run } = await embedded(mixed);
    const reversed = mixed.toReversed();
    expect(statuses(await run(reversed, { bail: 1, jobs: 1 }))).toEqual({
      skips: "skipped",
      errs: "errored",
      fails: "not_run",
      passes: "not_run",
    });
  });

  test("stop on an interrupt, and leave nothing behind", async () => {
    const slow = [1, 2, 3, 4].map((number) =>
      scenario(
        `id: slow-${number}\nassistant: a\nturns: [{ user: "slow ${number}", script: [{ delay: 20s, say: late }] }]`,
      ),
    );
    const stop = new AbortController();
    let begun = 0;
    const { run, requests } = await embedded(slow, {
      onHappening({ kind }) {
        begun += kind === "user" ? 1 : 0;
        if (begun === 2) stop.abort();
      },
    });
    const results = await run(slow, { jobs: 2, signal: stop.signal });
    expect(results.map(({ status, reason }) => `${status}: ${reason}`)).toEqual(Array(4).fill("not_run: interrupted"));
    expect(results.filter(({ record }) => record !== null)).toHaveLength(2);
    expect(requests.filter((each) => each.startsWith("DELETE"))).toHaveLength(2);
  });
});
