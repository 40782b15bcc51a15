import type { ExpandedScenario } from "../expand.ts";
import type { RunRecord } from "../record.ts";
import { scopeAfter } from "../scope.ts";
import { judgeChecks } from "./check.ts";
import { judgeSubject, type Bench } from "./subject.ts";
import { judgeTime } from "./time.ts";
import { judgeForbidden, judgeTools } from "./tools.ts";
import { judgeUsage } from "./usage.ts";
import type { Verdict } from "./verdict.ts";

/** Verdicts on a conversation whose turns have all been played. `calls` of its expressions is every call. */
export function judgeConversation({ turns }: RunRecord, scenario: ExpandedScenario): Verdict[] {
  const { expect = {} } = scenario.declared.value;
  const scope = {
    ...scenario.scope,
    ...scopeAfter(turns),
    calls: turns.flatMap((turn) => scopeAfter([turn])["calls"]),
  };
  const bench: Bench = { scenario, turn: null, scope };
  return [
    ...judgeSubject(bench, "tools", ["expect", "tools"], expect.tools, (tools) => [
      ...judgeTools(tools, turns, turns),
      ...judgeForbidden(tools, turns),
    ]),
    ...judgeSubject(bench, "time", ["expect", "time"], expect.time, (time) => judgeTime(time, turns)),
    ...judgeSubject(bench, "usage", ["expect", "usage"], expect.usage, (usage) => judgeUsage(usage, turns)),
    ...judgeSubject(bench, "check", ["expect", "check"], expect.check, (check) => judgeChecks(check, scope)),
  ];
}
