import { expect, test } from "vitest";
import { ProblemError, problem } from "../../src/problem.ts";
import type { Answerer, Ask, Opinion } from "../../src/scenarios/asking/ask.ts";
import { judge } from "../../src/scenarios/judge.ts";
import { readWith } from "../../src/scenarios/read/file.ts";
import type { RunRecord } from "../../src/scenarios/record/record.ts";
import type { Scenario } from "../../src/scenarios/scenario.ts";
import { subjects } from "../../src/scenarios/subjects/table.ts";
import { hasFailedGate, hasUndecidedGate } from "../../src/scenarios/verdict.ts";
import { embedded } from "./embedded.ts";
import { declare, scenario } from "./scenario.ts";
import { taste } from "./subjects/taste.ts";

/** A scenario of two turns whose replies must taste of these; `contains` must be in the first reply. */
function tasted(first: string, second: string, contains = "Hello"): Scenario {
  const yaml = `assistant: a
turns:
  - user: hi
    script: [{ say: Hello. }]
    expect: { reply: { contains: ${contains} } }
  - user: again
    script: [{ say: Hello. }]
`;
  const declared = declare(yaml);
  const [one, two] = declared.value.turns;
  const turns = [
    { ...one, user: "hi", expect: { ...one?.expect, taste: { of: first } } },
    { ...two, user: "again", expect: { taste: { of: second } } },
  ];
  const body = readWith([...subjects, taste], { ...declared, value: { ...declared.value, turns } }, new Map());
  return { ...scenario(yaml), ...body };
}

/** Runs it with these answers, by what is tasted; gives what was asked too. */
async function play(only: Scenario, answers: Record<string, Opinion | (() => never)>) {
  const asked: string[] = [];
  const answer: Answerer = async ({ question }: Ask) => {
    const { of, time } = question as unknown as { of: string; time: number };
    asked.push(`${of} ${time}`);
    const opinion = answers[`${of} ${time}`];
    if (typeof opinion === "function") return opinion();
    return opinion ?? { kind: "answer", value: true };
  };
  const { run } = await embedded([only], { answer });
  const [result] = await run([only]);
  if (result === undefined) throw new Error("no result");
  return { result, asked };
}

const no: Opinion = { kind: "answer", value: false };

test("a stored record gives the same verdicts again, without a call of a model", async () => {
  const only = tasted("mint", "tea");
  const { result, asked } = await play(only, { "tea 1": no });
  expect(asked).toEqual(["mint 1", "tea 1", "tea 2"]);
  expect(result.status).toBe("passed");
  const stored = JSON.parse(JSON.stringify(result.record)) as RunRecord;
  expect(Object.keys(stored.opinions)).toHaveLength(3);
  expect(result.verdicts).toMatchObject(judge(stored, only));
});

test("what costs money is asked when everything else holds", async () => {
  const { result, asked } = await play(tasted("mint", "tea", "Goodbye"), {});
  expect([result.status, asked]).toEqual(["failed", []]);
});

test("a judge without a usable answer leaves it undecided; the conversation continues", async () => {
  const { result, asked } = await play(tasted("mint", "tea"), { "mint 1": { kind: "unusable", why: "gibberish" } });
  expect(asked).toEqual(["mint 1", "tea 1"]);
  expect(result.status).toBe("inconclusive");
  expect([hasFailedGate(result.verdicts), hasUndecidedGate(result.verdicts)]).toEqual([false, true]);
});

test("one who cannot be reached makes it errored", async () => {
  const lost = () => {
    throw new ProblemError([problem("unreachable", "the judge is not there", { final: true })]);
  };
  const { result } = await play(tasted("mint", "tea"), { "mint 1": lost });
  expect(result).toMatchObject({ status: "errored", problems: [{ message: "the judge is not there" }] });
});
