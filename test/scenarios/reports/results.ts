import { problem } from "../../../src/problem.ts";
import { judge } from "../../../src/scenarios/judge.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { resultOf, resultWithoutRun } from "../../../src/scenarios/results/scenario-result.ts";
import { attempts } from "../attempts.ts";
import { formatVersion } from "../../../src/scenarios/results/format-version.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../../../src/scenarios/results/summary.ts";
import type { CreateReporter, ReportContext } from "../../../src/scenarios/reports/reporter.ts";
import { call, recordOf, scenario, turn } from "../scenario.ts";

const yaml = `assistant: support
name: Late order
turns:
  - user: Where is it?
  - user: Then give me my money back.
    expect:
      tools: [refund: { order: A-1, sum: { $gte: 40 } }]
      reply: { contains: paid }
`;
/** The scenario of all of them. */
export const file = scenario(yaml);
const time = 1234;
const said = (text: string) => ({ at: 5, event: { kind: "message" as const, text, citations: [], files: [] } });
const asked = { callId: "call_refund", name: "refund", arguments: '{"order":"A-1","sum":4}' };

/** A result whose second turn called `refund` and then said `reply`. */
export function played(sum: number, reply = "It is paid."): ScenarioResult {
  const record = recordOf(
    turn({ user: "Where is it?", reply: "Lost.", events: [said("Lost.")] }),
    turn({
      user: "Then give me my money back.",
      reply,
      calls: [call("refund", { order: "A-1", sum, note: "late" })],
      events: [{ at: 1, event: { kind: "requires_action", calls: [asked] } }, said(reply)],
    }),
  );
  const verdicts = judge(record, file);
  return { ...resultOf(file, attempts({ record, verdicts, time }), time), id: "late" };
}

/** One that could not be carried out. */
export const errored: ScenarioResult = {
  ...resultOf(file, attempts({ problems: [problem("unreachable", "cannot reach it")], time }), time),
  id: "cut[off=1]",
};

/** One that was left out. */
export const skipped: ScenarioResult = { ...resultWithoutRun(file, "skipped", "later"), id: "skipped" };

const context: ReportContext = {
  write: () => {},
  command: () => {},
  appendFile: async () => {},
  color: false,
  screen: null,
  conversations: false,
  root: "/project",
  env: {},
  again: "playbill test",
  repeat: (id) => `playbill test --id ${id}`,
  record: String,
  now: () => 0,
  coverage: null,
  async *earlierRuns() {},
};

/** What a reporter writes about these results. */
export async function reported(
  create: CreateReporter,
  results: readonly ScenarioResult[],
  more: Partial<ReportContext> = {},
): Promise<string> {
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  const reporter = create({ ...context, write, command: write, ...more });
  const header = { run: "2026-11-22T10-04-05-123Z", format_version: formatVersion, target: "local" };
  const run = { header, isStored: false, attachment: async () => null };
  reporter.begin?.(run);
  for (const result of results) reporter.result(result);
  const summary = results.reduce(addResult, emptySummary);
  await reporter.end({
    ...run,
    summary,
    exitCode: exitCodeOfRun(summary, false),
    time: 2_500,
    interrupted: false,
    isBudgetUsedUp: false,
    async *results(isWanted = () => true) {
      yield* results.filter(({ id }) => isWanted(id));
    },
  });
  return written.join("");
}
