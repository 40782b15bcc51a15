import { judgeConversation } from "./judge/conversation.ts";
import { judgeTurn } from "./judge/turn.ts";
import type { Verdict } from "./judge/verdict.ts";
import type { ExpandedScenario } from "./expand.ts";
import type { RunRecord } from "./record.ts";

/**
 * What a record says about every expectation that could be judged. The same record gives the same verdicts, whenever it is judged;
 * whether a turn's gates hold depends on nothing that came after it.
 */
export function judge(record: RunRecord, scenario: ExpandedScenario): Verdict[] {
  const played = record.turns.length;
  const ofTurns = record.turns.flatMap((_, index) => judgeTurn(record, scenario, index));
  const isWhole = played === scenario.declared.value.turns.length && record.problems.length === 0;
  return isWhole ? [...ofTurns, ...judgeConversation(record, scenario)] : ofTurns;
}
