import type { Path } from "../../project/project.ts";
import type { CallFinding, CallRecord, TurnRecord } from "../record.ts";
import type { Scenario, Turn } from "../scenario.ts";
import type { Finding } from "../verdict.ts";
import { showCall } from "./nearest-call.ts";

/** What a real tool would have stumbled over, as warnings. */
export function judgeAnswers({ calls }: TurnRecord, turn: Turn, { stubs }: Scenario): Finding[] {
  const placeOf = ({ code }: CallFinding, { name }: CallRecord): Path =>
    code === "bad_arguments_json" || code === "arguments_violate_schema"
      ? turn.user.path
      : ["tools", stubs.has(name) ? name : "*"];
  return calls.flatMap((call) =>
    call.findings.map((finding) => ({
      at: [],
      path: placeOf(finding, call),
      pass: false,
      severity: "warn" as const,
      expected: null,
      actual: { [call.name]: call.args },
      sentence: `${showCall(call)}: ${finding.message} (${finding.code})`,
    })),
  );
}
