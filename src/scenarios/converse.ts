import { ProblemError } from "../problem.ts";
import type { Conversation } from "../targets/target.ts";
import type { ExpandedScenario } from "./expand.ts";
import { fillText } from "./fill.ts";
import { expectedStatus } from "./judge/status.ts";
import { forbiddenGates } from "./judge/tools.ts";
import { judgeTurn } from "./judge/turn.ts";
import { hasFailedGate } from "./judge/verdict.ts";
import { openingOf } from "./opening.ts";
import type { RunRecord, TurnRecord } from "./record.ts";
import { remoteFailureOf } from "./remote-failure.ts";
import { savedBy } from "./saved.ts";
import { savedIn, scopeAfter, turnScope } from "./scope.ts";
import type { ToolStubs } from "./tool-stubs.ts";
import { playTurn, type TurnPlan, type TurnWorld } from "./turn.ts";
import { toMilliseconds } from "../kit/duration.ts";
import { fitsGlob } from "../kit/glob.ts";

const defaultTimeout = "60s";
const defaultToolRounds = 8;

/** Plays the turns of a scenario until one fails a gate or cannot be carried out. What the other side does wrong is recorded, not thrown. */
export async function converse(
  scenario: ExpandedScenario,
  conversation: Conversation,
  tools: ToolStubs,
  world: TurnWorld,
): Promise<RunRecord> {
  const record: RunRecord = {
    conversation: conversation.id,
    opening: openingOf(scenario),
    turns: [],
    problems: [],
    interrupted: false,
  };
  for (const index of scenario.declared.value.turns.keys()) {
    record.interrupted = world.signal.aborted;
    if (record.interrupted) break;
    await playNext(record, scenario, index, (plan) => playTurn(conversation, tools, plan, world));
    if (record.interrupted || record.problems.length > 0 || hasFailedGate(judgeTurn(record, scenario, index))) break;
  }
  return record;
}

/** Adds a turn to a record. Text that cannot be said, because an expression of it fails, is a problem of the scenario. */
async function playNext(
  record: RunRecord,
  scenario: ExpandedScenario,
  index: number,
  play: (plan: TurnPlan) => ReturnType<typeof playTurn>,
): Promise<void> {
  const written = scenario.declared.value.turns[index];
  if (written === undefined) return;
  try {
    const { record: turn, problems } = await play(planTurn(scenario, index, record.turns));
    record.turns.push(turn);
    turn.saved = savedBy(written.save, { ...scenario.scope, ...scopeAfter(record.turns) });
    const failures = [...problems, ...remoteFailureOf(turn, expectedStatus(written))];
    record.interrupted = turn.error?.code === "interrupted";
    turn.valid = failures.length === 0 && !record.interrupted;
    record.problems.push(...failures);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    record.problems.push(...error.problems);
  }
}

function planTurn({ declared, scope }: ExpandedScenario, index: number, before: TurnRecord[]): TurnPlan {
  const { limits, expect, turns } = declared.value;
  const written = turns[index];
  if (written === undefined) throw new RangeError(`no turn ${index}`);
  const turn = turnScope(index + 1, written.id ?? null);
  const globs = [...forbiddenGates(written.expect?.tools), ...forbiddenGates(expect?.tools)];
  return {
    number: index + 1,
    id: written.id ?? null,
    user: fillText(declared, ["turns", index, "user"], written.user, { ...scope, ...scopeAfter(before), turn }),
    timeout: toMilliseconds(limits?.turn?.timeout ?? defaultTimeout),
    toolRounds: limits?.turn?.tool_rounds ?? defaultToolRounds,
    leaveCalls: expectedStatus(written) === "requires_action",
    isForbidden: (name) => globs.some((glob) => fitsGlob(name, glob)),
    scope: { saved: savedIn(before), turn },
  };
}
