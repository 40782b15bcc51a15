import { describe, expect, test } from "vitest";
import type { Model } from "../../../src/server/models/model.ts";
import type { Trying } from "../../../src/scenarios/execution/repeat.ts";
import { embedded, fastClock } from "../embedded.ts";
import { scenario } from "../scenario.ts";

/** A model that says these texts, one a run, the last for ever. */
function saying(...texts: string[]): { model: Model; runs: () => number } {
  let runs = 0;
  const model: Model = {
    async *respond() {
      yield { kind: "text", delta: texts[Math.min(runs++, texts.length - 1)] ?? "" };
      yield { kind: "usage", promptTokens: 10, completionTokens: 5 };
      yield { kind: "finish", reason: "stop" };
    },
    list: async () => [],
  };
  return { model, runs: () => runs };
}

const yaml = (repeat: string) =>
  `assistant: a\nrepeat: ${repeat}\nturns: [{ user: hi, expect: { reply: { contains: "yes" } } }]`;
const trying: Trying = { retries: 1, confirm: 0, allRuns: false };

async function played(repeat: string, said: string[], given: Partial<Trying> = {}, failing: number[] = []) {
  const only = scenario(yaml(repeat));
  const { model, runs } = saying(...said);
  let opened = 0;
  const { run, requests } = await embedded([only], {
    model,
    clock: fastClock,
    disturb: (request) =>
      request === "POST /v1/threads" && failing.includes(++opened)
        ? Response.json({ error: { message: "busy" } }, { status: 503 })
        : null,
  });
  const [result] = await run([only], { jobs: 1, trying: { ...trying, ...given } });
  if (result === undefined) throw new Error("no result");
  return { result, said: runs(), requests };
}

describe("a scenario that is run several times", () => {
  test("has one verdict, and a thread of its own in every run", async () => {
    const { result, requests } = await played('{ runs: 5, pass: "80%" }', ["yes", "no", "yes", "yes", "yes"]);
    expect(result).toMatchObject({
      status: "passed",
      repeat: { asked: 5, rule: "80%", counted: 5, passed: 4, failed: [2], uncounted: [], early: false, rate: 0.8 },
    });
    expect(result.attempts.map(({ run, status }) => `${run} ${status}`)).toEqual([
      "1 passed",
      "2 failed",
      "3 passed",
      "4 passed",
      "5 passed",
    ]);
    expect(requests.filter((each) => each === "POST /v1/threads")).toHaveLength(5);
    expect(requests.filter((each) => each.startsWith("DELETE /v1/threads/"))).toHaveLength(5);
  });

  test("shows the first run that failed, and keeps the others", async () => {
    const { result } = await played("{ runs: 3, pass: any }", ["no 1", "no 2", "no 3"]);
    expect(result.status).toBe("failed");
    expect(result.record?.turns[0]?.messages[0]?.text).toBe("no 1");
    expect(result.attempts.map(({ record }) => record?.turns[0]?.messages[0]?.text)).toEqual([
      undefined,
      "no 2",
      "no 3",
    ]);
  });

  test("is over when the verdict is certain, and then says no rate", async () => {
    const { result, said } = await played("{ runs: 5, pass: all }", ["yes", "no"]);
    expect(said).toBe(2);
    expect(result).toMatchObject({
      status: "failed",
      repeat: { counted: 2, passed: 1, failed: [2], early: true, rate: null, interval: null, pass_at_k: null },
    });
  });

  test("is run to the end when a sample is wanted", async () => {
    const { result, said } = await played("{ runs: 5, pass: all }", ["yes", "no", "yes"], { allRuns: true });
    expect(said).toBe(5);
    expect(result).toMatchObject({ status: "failed", repeat: { counted: 5, passed: 4, early: false, rate: 0.8 } });
  });

  test("does not count runs that could not be executed, even after a retry", async () => {
    const { result } = await played("{ runs: 3, pass: all }", ["yes"], {}, [2, 3]);
    expect(result).toMatchObject({
      status: "inconclusive",
      repeat: { asked: 3, counted: 2, passed: 2, failed: [], uncounted: [2] },
      problems: [{ kind: "remote" }],
    });
    expect(result.attempts.map(({ run, attempt, status }) => `${run}.${attempt} ${status}`)).toEqual([
      "1.1 passed",
      "2.1 errored",
      "2.2 errored",
      "3.1 passed",
    ]);
  });

  test("passes when a run succeeds at its second attempt, which says nothing about the assistant", async () => {
    const { result } = await played("{ runs: 2 }", ["yes"], {}, [1]);
    expect(result).toMatchObject({ status: "passed", repeat: { counted: 2, passed: 2, uncounted: [] } });
  });

  test("gives up when three runs in a row could not be executed", async () => {
    const { result } = await played("{ runs: 9, pass: any }", ["yes"], { retries: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(result).toMatchObject({ status: "errored", repeat: { counted: 0, uncounted: [1, 2, 3], early: false } });
  });

  test.each([0, 2, 3])("is tried again as often as --retries %i says", async (retries) => {
    const { result } = await played("{ runs: 1 }", ["yes"], { retries }, [1, 2, 3]);
    expect(result.attempts).toHaveLength(retries + 1);
    expect(result.status).toBe(retries === 3 ? "flaky" : "errored");
  });
});

describe("runs in parallel", () => {
  test("are as many as there is room for, with their numbers in order", async () => {
    const only = scenario(yaml("{ runs: 6 }"));
    let open = 0;
    let most = 0;
    const { run } = await embedded([only], {
      model: saying("yes").model,
      disturb(request) {
        open += request === "POST /v1/threads" ? 1 : request.startsWith("DELETE") ? -1 : 0;
        most = Math.max(most, open);
        return null;
      },
    });
    const [result] = await run([only], { jobs: 4, trying: { ...trying, allRuns: true } });
    expect(most).toBe(4);
    expect(result?.attempts.map(({ run: number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each<[string, string[], number]>([
    ["{ runs: 9, pass: all }", ["yes", "no"], 2],
    ["{ runs: 9, pass: any }", ["no", "yes"], 2],
    ['{ runs: 9, pass: ">= 3" }', ["yes"], 3],
    ['{ runs: 9, pass: ">= 7" }', ["no"], 3],
  ])("are none for nothing: %s ends after what decides", async (repeat, said, count) => {
    const only = scenario(yaml(repeat));
    const { model, runs } = saying(...said);
    const { run } = await embedded([only], { model });
    const [result] = await run([only], { jobs: 8 });
    expect(runs()).toBe(count);
    expect(result?.repeat?.early).toBe(true);
  });
});

describe("a failure that is to be confirmed", () => {
  test("is flaky when it then passes", async () => {
    const { result } = await played("{ runs: 1 }", ["no", "no", "yes"], { confirm: 3 });
    expect(result.status).toBe("flaky");
    expect(result.attempts.map(({ confirmation, status }) => `${confirmation} ${status}`)).toEqual([
      "0 failed",
      "1 failed",
      "2 passed",
    ]);
  });

  test("is a failure when it fails each time, and the first is shown", async () => {
    const { result, said } = await played("{ runs: 1 }", ["no 1", "no 2", "no 3"], { confirm: 2 });
    expect(said).toBe(3);
    expect(result.status).toBe("failed");
    expect(result.record?.turns[0]?.messages[0]?.text).toBe("no 1");
  });

  test("stays one when it cannot be tried again", async () => {
    const { result } = await played("{ runs: 1 }", ["no"], { confirm: 1, retries: 0 }, [2]);
    expect(result.status).toBe("failed");
  });

  test("repeats all the runs, and does not count them in the rate", async () => {
    const { result } = await played("{ runs: 2, pass: all }", ["yes", "no", "yes", "yes"], { confirm: 1 });
    expect(result).toMatchObject({ status: "flaky", repeat: { counted: 2, passed: 1, failed: [2] } });
    expect(result.attempts).toHaveLength(4);
  });

  test("does nothing when it passes", async () => {
    const { said } = await played("{ runs: 1 }", ["yes"], { confirm: 5 });
    expect(said).toBe(1);
  });
});
