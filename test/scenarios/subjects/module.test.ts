import { expect, test } from "vitest";
import { createSystemClock } from "../../../src/kit/clock.ts";
import { answerAsks } from "../../../src/scenarios/asking/answer-asks.ts";
import { createModuleAnswerer } from "../../../src/scenarios/asking/module-answers.ts";
import { asksOfTurn, judge, judgeTurn } from "../../../src/scenarios/judge.ts";
import { createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import { manualClock } from "../../server/manual-clock.ts";
import { folder } from "../folder.ts";
import { recordOf, scenario, turn } from "../scenario.ts";

const yaml = (written = "./check.ts") =>
  `assistant: a\nvars: { most: 3 }\nworld: { paid: false }\nturns: [{ user: hi, expect: { module: ${written} } }]`;
const signal = new AbortController().signal;

/** What a module makes of a turn, asked for its opinion and judged. */
async function judged(code: string, written?: string) {
  const root = await folder({ "scenarios/check.ts": code });
  const texts = new Map([["scenarios/check.ts", code]]);
  const only = scenario(yaml(written), { texts });
  const turns = [turn({ reply: "It is late.", world: { paid: true } })];
  const answer = createModuleAnswerer(
    createHandlers({ root, env: {}, print: () => {} }),
    createSystemClock({ keepsAlive: true }),
  );
  const opinions = await answerAsks((known) => asksOfTurn(turns, only, known), {}, answer, signal);
  const verdicts = judgeTurn(turns, only, opinions);
  return { opinions, turns, only, found: verdicts.filter(({ subject }) => subject === "module") };
}

test.each(["[]", "true"])("a module that gives %s found nothing", async (value) => {
  expect((await judged(`export default () => ${value};`)).found).toMatchObject([{ pass: true, severity: "gate" }]);
});

test("findings are texts, or more than that", async () => {
  const code = `export default () => ["rude", { message: "long", expected: 1, actual: 2 }, { message: "hm", severity: "warn" }];`;
  expect((await judged(code)).found).toMatchObject([
    { pass: false, severity: "gate", sentence: "./check.ts: rude", shows: "nothing" },
    { pass: false, severity: "gate", sentence: "./check.ts: long", expected: 1, actual: 2, shows: "difference" },
    { pass: false, severity: "warn", sentence: "./check.ts: hm" },
  ]);
});

test("it gets what expressions can read, and the turns that are judged", async () => {
  const code = `export default ({ reply, vars, world, turn, turns, calls }) =>
  [JSON.stringify([reply.text, vars.most, world.paid, turn.number, turns[0].status, calls])];`;
  expect((await judged(code)).found).toMatchObject([
    { sentence: './check.ts: ["It is late.",3,true,1,"completed",[]]' },
  ]);
});

test("one of several may be worth a warning only", async () => {
  const { found } = await judged("export default () => ['x'];", "[./check.ts, { file: ./check.ts, severity: warn }]");
  expect(found).toMatchObject([
    { severity: "gate", path: ["turns", 0, "expect", "module", 0] },
    { severity: "warn", path: ["turns", 0, "expect", "module", 1, "file"] },
  ]);
});

test.each([
  ["throws", "export default () => { throw new Error('boom'); };", "failed at scenarios/check.ts:1: boom"],
  ["forgets to return", "export default () => { const found = ['x']; };", "returned nothing"],
  ["gives no list", "export default () => 'x';", "is not a list of findings"],
  ["gives a finding without a message", "export default () => [{ at: 1 }];", "is not a list of findings"],
])("one that %s makes the scenario errored", async (_, code, message) => {
  await expect(judged(code)).rejects.toMatchObject({
    problems: [{ kind: "input", code: "check_failed", message: expect.stringContaining(message) as string }],
  });
});

test("one that never ends is given up", async () => {
  const root = await folder({
    "scenarios/check.ts": "console.log('begun'); export default () => new Promise(() => {});",
  });
  const clock = manualClock(0);
  const print = () => clock.advance(60_000);
  const answer = createModuleAnswerer(createHandlers({ root, env: {}, print }), clock);
  const [ask] = asksOfTurn([turn({ reply: "x" })], scenario(yaml()), {});
  await expect(answer(ask!, signal)).rejects.toMatchObject({ problems: [{ code: "check_failed" }] });
});

test("a stored record is judged again without asking; changed code is asked again", async () => {
  const { opinions, turns, only, found } = await judged("export default () => ['rude'];");
  const record = JSON.parse(JSON.stringify({ ...recordOf(...turns), opinions })) as ReturnType<typeof recordOf>;
  expect(judge(record, only).filter(({ subject }) => subject === "module")).toEqual(found);
  const changed = scenario(yaml(), { texts: new Map([["scenarios/check.ts", "other"]]) });
  expect(asksOfTurn(turns, only, opinions)).toEqual([]);
  expect(asksOfTurn(turns, changed, opinions)).toHaveLength(1);
  expect(judge(record, changed).filter(({ subject }) => subject === "module")).toMatchObject([{ undecided: true }]);
});
