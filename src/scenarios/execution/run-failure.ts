import { problem, type Place, type Problem } from "../../problem.ts";
import { textsIn } from "../../project/rules/expressions.ts";
import { readScriptFailure, type ScriptPlace } from "../../project/script-failure.ts";
import { readRunFailure } from "../../targets/run-failure.ts";
import type { TurnRecord } from "../record/record.ts";
import type { Scenario, Turn } from "../scenario.ts";

/**
 * Why the end of a turn tells nothing about the assistant, unless this end was expected: its run expired, the endpoint of its model
 * failed, or the script that replaces a model could not be run. Empty for anything that the assistant caused.
 */
export function failureOf({ status, error, choice }: TurnRecord, turn: Turn, scenario: Scenario): Problem[] {
  if (status === "expired" && turn.endsAs !== "expired") {
    return [
      problem("run_expired", "the run expired before it was finished", {
        hint: "The target limits the duration of a run; the tools or the model took longer.",
      }),
    ];
  }
  if (status !== "failed" || error === null) return [];
  const ofScript = scriptProblem(error.message, turn, choice ?? 1, scenario);
  if (ofScript !== null) return [ofScript];
  return turn.endsAs === "failed" ? [] : remoteProblems(error);
}

/** The problems caused by the target. A wrong configuration is a refusal, which is not retried. */
function remoteProblems(error: { code: string; message: string }): Problem[] {
  const { cause, concernsTarget } = readRunFailure(error);
  if (cause === "assistant") return [];
  const code = error.code === "rate_limit_exceeded" ? "rate_limit_exceeded" : "server_error";
  const words = `the run failed: ${error.message}`;
  if (concernsTarget) return [problem(code, words, { scope: "target" })];
  return [problem(code, words, cause === "setup" ? { final: true } : {})];
}

/** The problem of a script that cannot be run. A script is part of the scenario, so the scenario is wrong. */
function scriptProblem(message: string, turn: Turn, choice: number, scenario: Scenario): Problem | null {
  const failure = readScriptFailure(message);
  if (failure === null) return null;
  const { place, words } = failure;
  const said = turn.choices[choice - 1];
  const saidAt = said?.say.path ?? turn.path;
  if (turn.simulation === null && said?.script == null) {
    return problem("no_script", `turn ${turn.number} has no script, which the embedded model needs to answer`, {
      hint: "Add script: [{ say: ... }] to the turn, or use a target with a real model.",
      place: scenario.place(saidAt),
    });
  }
  const isOurs = place !== null && place.scenario === scenario.id;
  const where = isOurs && place.step !== null ? ` (turn ${place.turn}, step ${place.step})` : "";
  return problem("script_failed", `the script could not be run: ${isOurs ? words : message}${where}`, {
    place: isOurs ? stepPlace(place, words, scenario) : scenario.place(saidAt),
  });
}

/** The place of the step's text that contains the expression named in the message, or else of the step itself. */
function stepPlace({ turn, choice, step }: ScriptPlace, words: string, { turns, place }: Scenario): Place {
  const script = turns[turn - 1]?.choices[(choice ?? 1) - 1]?.script;
  const path = [...(script?.path ?? ["turns", turn - 1, "script"]), ...(step === null ? [] : [step - 1])];
  const written = step === null ? undefined : script?.steps[step - 1];
  if (written === undefined) return place(path, "key");
  const named = /^"(.*?)": /s.exec(words)?.[1];
  const texts = textsIn(written, []);
  const found = texts.find(({ text }) => named !== undefined && text.includes(named));
  if (found === undefined || named === undefined) return place([...path, ...(texts[0]?.path ?? [])]);
  const start = found.text.indexOf(named);
  return place([...path, ...found.path], { text: found.text, start, end: start + named.length });
}
