import { inShell } from "../kit/shell.ts";
import { printableOutput } from "../kit/terminal-text.ts";
import type { Problem } from "../problem.ts";
import { renderProblems } from "../problem-text.ts";
import { renderFailure } from "../scenarios/reports/failure.ts";
import type { ScenarioResult } from "../scenarios/results/result.ts";

/** How texts for people are made. */
export interface TextOptions {
  /** With the control sequences of a terminal; default: false. */
  color?: boolean | undefined;
}

/** What `playbill test` prints of a scenario that did not pass, safe for a terminal and a CI log. `again` is the command that repeats it. */
export function failureText(
  result: ScenarioResult,
  {
    color = false,
    again = `npx playbill test --id ${inShell(result.id)}`,
  }: TextOptions & { again?: string | undefined } = {},
): string {
  return printableOutput(renderFailure(result, { color, repeat: () => again }));
}

/** Problems as commands print them, as safe. */
export function problemsText(problems: readonly Problem[], { color = false }: TextOptions = {}): string {
  return printableOutput(renderProblems(problems, { color }));
}
