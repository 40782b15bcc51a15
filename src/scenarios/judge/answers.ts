import type { TurnRecord } from "../record.ts";
import { showCall } from "./nearest-call.ts";
import type { Finding } from "./verdict.ts";

/** What a real tool would have stumbled over, as warnings. */
export function judgeAnswers({ calls }: TurnRecord): Finding[] {
  return calls.flatMap((call) =>
    call.findings.map(({ code, message }) => ({
      at: [call.name],
      pass: false,
      severity: "warn" as const,
      expected: null,
      actual: { [call.name]: call.args },
      sentence: `${showCall(call)}: ${message} (${code})`,
    })),
  );
}
