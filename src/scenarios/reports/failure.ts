import type { TurnRecord } from "../record/record.ts";
import { renderProblem } from "../../problem-text.ts";
import type { Problem } from "../../problem.ts";
import type { PlacedVerdict, ScenarioResult } from "../results/result.ts";
import { differenceOf, missingPart, unwantedPart } from "./difference.ts";
import { handlerFailures } from "./handler-failure.ts";
import { attemptName, runsLine } from "./runs.ts";
import { transcriptOf } from "./transcript.ts";
import { turnNotes } from "./turn-notes.ts";
import { printable } from "../../kit/terminal-text.ts";

/** Options for showing failures. */
export interface FailureOptions {
  color: boolean;
  /** The command that runs one scenario again. */
  repeat: (id: string) => string;
}

const mostVerdicts = 3;

/** Everything about a scenario that did not pass, on one screen: what and where, the conversation around it, and how to run it again. */
export function renderFailure(result: ScenarioResult, { color, repeat }: FailureOptions): string {
  const misses = result.verdicts.filter(({ pass, severity }) => !pass && severity === "gate");
  const shown = misses.slice(0, mostVerdicts);
  const rest = misses.length - shown.length;
  const blocks = [
    result.name === result.id ? result.id : `${result.id}: ${printable(result.name)}`,
    ...runsOf(result),
    ...result.problems.map((each) => renderProblem(each, { color })),
    ...shown.map((verdict) => [renderProblem(problemOf(verdict), { color }), ...comparison(verdict)].join("\n")),
    ...(rest > 0 ? [`and ${rest} more ${rest === 1 ? "expectation" : "expectations"} that did not hold`] : []),
    ...handlerFailures(result.record),
    conversationAround(result, shown).join("\n"),
    (result.record === null ? [] : turnNotes(result.record, result.turns)).join("\n"),
    `again: ${repeat(result.id)}`,
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** For several runs: their outcome, and which of them is shown. */
function runsOf(result: ScenarioResult): string[] {
  const { repeat, attempts } = result;
  const shown = attempts.find(({ problems }) => problems === undefined);
  if (repeat === null) return [];
  return [[runsLine(repeat), ...(shown === undefined ? [] : [`shown: ${attemptName(shown, result)}`])].join("; ")];
}

/** A failed expectation in the form of a problem: the sentence, the place, and what came closest. */
export function problemOf({ subject, sentence, nearest, place, turn, severity }: PlacedVerdict): Problem {
  const where = turn === null ? "" : `turn ${turn}: `;
  return {
    kind: "failed",
    severity: severity === "gate" ? "error" : "warning",
    code: `expect_${subject}`,
    message: `${where}${sentence}`,
    ...(place !== null && { place }),
    ...(nearest !== null && { hint: nearest }),
  };
}

/** The lines shown below the sentence of a verdict. */
function comparison({ shows, expected, actual }: PlacedVerdict): string[] {
  if (shows === "nothing") return [];
  const lines =
    shows === "unwanted_part"
      ? ["+ actual", ...unwantedPart(expected, String(actual))]
      : [
          "- expected",
          "+ actual",
          ...(shows === "difference" ? differenceOf(expected, actual) : missingPart(expected, String(actual))),
        ];
  return ["", ...lines].map((line) => `  ${line}`.trimEnd());
}

/** The turn of the first failure and the turn before it; without a failed turn, the last two. */
function conversationAround({ record, turns }: ScenarioResult, misses: readonly PlacedVerdict[]): string[] {
  if (record === null) return [];
  const last = misses.find(({ turn }) => turn !== null)?.turn ?? Infinity;
  return record.turns
    .filter(({ number }) => number <= last)
    .slice(-2)
    .flatMap((turn) =>
      [`turn ${turn.number} of ${turns}${partText(turn)}`].concat(transcriptOf(turn).map((line) => `  ${line}`)),
    )
    .map((line) => `  ${line}`);
}

function partText({ part }: TurnRecord): string {
  return part === undefined ? "" : `, message ${part}`;
}
