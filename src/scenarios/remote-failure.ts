import { problem, type Problem } from "../problem.ts";
import type { TurnRecord, TurnStatus } from "./record.ts";

/** Codes of a failed run that say nothing about the assistant: the other side was busy or broke. */
const remoteCodes = ["rate_limit_exceeded", "server_error"] as const;

/** Why a turn says nothing about the assistant, unless this end was expected: its run expired, or failed on the other side. */
export function remoteFailureOf({ status, error }: TurnRecord, expected: TurnStatus): Problem[] {
  if (status === expected) return [];
  if (status === "expired") {
    return [
      problem("run_expired", "the run expired before it was finished", {
        hint: "The target gives a run a limited time; the tools, or the model, took longer.",
      }),
    ];
  }
  if (status !== "failed" || error === null) return [];
  return remoteCodes
    .filter((code) => code === error.code)
    .map((code) => problem(code, `the run failed: ${error.message}`));
}
