import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import type { WrittenTurn } from "../../project/schemas/scenario.ts";
import type { ExpandedScenario } from "../expand.ts";
import type { RunRecord, TurnRecord } from "../record.ts";
import { scopeAfter, turnScope } from "../scope.ts";
import { judgeAnswers } from "./answers.ts";
import { judgeChecks } from "./check.ts";
import { judgeCode } from "./code.ts";
import { judgeReply } from "./reply.ts";
import { judgeSaved } from "./save.ts";
import { expectedStatus, judgeStatus } from "./status.ts";
import { judgeSubject, type Bench } from "./subject.ts";
import { judgeTime } from "./time.ts";
import { judgeForbidden, judgeTools } from "./tools.ts";
import { judgeUsage } from "./usage.ts";
import { hasFailedGate, type Finding, type Verdict } from "./verdict.ts";

/**
 * Verdicts on one turn of a record. A turn that could not be carried out has none; one that did not end as it had to is judged by
 * that alone.
 */
export function judgeTurn(record: RunRecord, scenario: ExpandedScenario, index: number): Verdict[] {
  const turn = record.turns[index];
  const written = scenario.declared.value.turns[index];
  if (turn === undefined || written === undefined || !turn.valid) return [];
  const judged: JudgedTurn = { record, turn, written, index, bench: benchOf(record, scenario, turn) };
  const forbidden = judgeForbiddenCalls(judged);
  if (hasFailedGate(forbidden)) return forbidden;
  const status = judgeEnd(judged);
  if (hasFailedGate(status)) return [...status, ...forbidden];
  return [...status, ...judgeExpectations(judged), ...forbidden, ...judgeRest(judged)];
}

interface JudgedTurn {
  record: RunRecord;
  turn: TurnRecord;
  written: WrittenTurn;
  index: number;
  bench: Bench;
}

function benchOf(record: RunRecord, scenario: ExpandedScenario, turn: TurnRecord): Bench {
  const played = scopeAfter(record.turns.slice(0, turn.number));
  return {
    scenario,
    turn: turn.number,
    scope: { ...scenario.scope, ...played, turn: turnScope(turn.number, turn.id) },
  };
}

function judgeEnd({ bench, turn, written, index }: JudgedTurn): Verdict[] {
  const path = ["turns", index, ...(written.expect?.status === undefined ? ["user"] : ["expect", "status"])];
  const expected = written.expect?.status ?? expectedStatus(written);
  return judgeSubject(bench, "status", path, expected, () => [judgeStatus(turn, expectedStatus(written))]);
}

/** The turn's own, and of the conversation's those that ended it. */
function judgeForbiddenCalls({ bench, turn, written, index }: JudgedTurn): Verdict[] {
  const forbidden = (tools: NonNullable<WrittenTurnExpectations["tools"]>) => judgeForbidden(tools, [turn]);
  const outer = bench.scenario.declared.value.expect?.tools;
  return [
    ...judgeSubject(bench, "tools", ["turns", index, "expect", "tools"], written.expect?.tools, forbidden),
    ...judgeSubject(bench, "tools", ["expect", "tools"], outer, forbidden).filter((verdict) =>
      hasFailedGate([verdict]),
    ),
  ];
}

function judgeExpectations({ bench, record, turn, written, index }: JudgedTurn): Verdict[] {
  const { expect = {} } = written;
  const judge = <K extends Exclude<keyof WrittenTurnExpectations, "status">>(
    subject: K,
    findings: (expected: NonNullable<WrittenTurnExpectations[K]>) => Finding[],
  ) => judgeSubject(bench, subject, ["turns", index, "expect", subject], expect[subject] ?? undefined, findings);
  return [
    ...judge("tools", (expected) => judgeTools(expected, [turn], record.turns)),
    ...judge("reply", (expected) => judgeReply(expected, turn, bench.scenario)),
    ...judge("code", (expected) => judgeCode(expected, turn)),
    ...judge("time", (expected) => judgeTime(expected, [turn])),
    ...judge("usage", (expected) => judgeUsage(expected, [turn])),
    ...judge("check", (expected) => judgeChecks(expected, bench.scope)),
  ];
}

function judgeRest({ bench, turn, written, index }: JudgedTurn): Verdict[] {
  return [
    ...judgeSubject(bench, "save", ["turns", index, "save"], written.save, (save) => judgeSaved(save, bench.scope)),
    ...judgeSubject(bench, "tools", [], {}, () => judgeAnswers(turn, bench.scenario)),
  ];
}
