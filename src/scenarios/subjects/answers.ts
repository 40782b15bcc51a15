import type { Path } from "../../project/project.ts";
import type { CallFinding, CallRecord, TurnRecord } from "../record/record.ts";
import type { Scenario, Turn } from "../scenario.ts";
import type { Finding } from "../verdict.ts";
import { showCall } from "./nearest-call.ts";

/** Findings about a call that are the assistant's mistake, whatever the tool. */
const mistakes = new Set<CallFinding["code"]>(["unknown_function", "bad_arguments_json", "unusable_arguments"]);

/** Findings about calls that a real tool would reject: a gate when no tool could have answered, unless the call is expected; otherwise a warning. */
export function judgeAnswers({ calls }: TurnRecord, turn: Turn, { stubs, expectations }: Scenario): Finding[] {
  const expected = [...turn.expectations, ...expectations].flatMap(({ demands }) => demands.expects ?? []);
  const ofAssistant = new Set<CallFinding["code"]>([...mistakes, "arguments_violate_schema"]);
  const placeOf = ({ code }: CallFinding, { name }: CallRecord): Path =>
    ofAssistant.has(code) ? turn.path : ["tools", stubs.has(name) ? name : "*"];
  const severityOf = ({ code }: CallFinding, call: CallRecord) =>
    mistakes.has(code) && !expected.some((expects) => expects(call)) ? "gate" : "warn";
  return calls.flatMap((call) =>
    call.findings.map((finding): Finding => ({
      at: [],
      path: placeOf(finding, call),
      pass: false,
      severity: severityOf(finding, call),
      expected: null,
      actual: { [call.name]: call.args },
      sentence: `${showCall(call)}: ${finding.message} (${finding.code})`,
    })),
  );
}
