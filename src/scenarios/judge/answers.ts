import type { Path } from "../../project/project.ts";
import type { ExpandedScenario } from "../expand.ts";
import type { CallFinding, CallRecord, TurnRecord } from "../record.ts";
import { showCall } from "./nearest-call.ts";
import type { Finding } from "./verdict.ts";

/** What a real tool would have stumbled over, as warnings. Their places start at the scenario's file. */
export function judgeAnswers({ calls, number }: TurnRecord, { declared }: ExpandedScenario): Finding[] {
  const stubs = declared.value.tools ?? {};
  const placeOf = ({ code }: CallFinding, { name }: CallRecord): Path =>
    code === "bad_arguments_json" || code === "arguments_violate_schema"
      ? ["turns", number - 1, "user"]
      : ["tools", Object.hasOwn(stubs, name) ? name : "*"];
  return calls.flatMap((call) =>
    call.findings.map((finding) => ({
      at: placeOf(finding, call),
      pass: false,
      severity: "warn" as const,
      expected: null,
      actual: { [call.name]: call.args },
      sentence: `${showCall(call)}: ${finding.message} (${finding.code})`,
    })),
  );
}
