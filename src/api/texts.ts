import { inShell } from "../kit/shell.ts";
import { printableOutput } from "../kit/terminal-text.ts";
import type { Problem } from "../problem.ts";
import { renderProblems } from "../problem-text.ts";
import { renderFailure } from "../scenarios/reports/failure.ts";
import type { ScenarioResult } from "../scenarios/results/result.ts";

/** Options for texts. */
export interface TextOptions {
  /** Use terminal control sequences for colours; default: false. */
  color?: boolean | undefined;
}

/** The text that `playbill test` prints for a scenario that did not pass, safe for terminals and CI logs. `again` is the command that repeats it. */
export function failureText(
  result: ScenarioResult,
  {
    color = false,
    again = `npx playbill test --id ${inShell(result.id)}`,
  }: TextOptions & { again?: string | undefined } = {},
): string {
  return printableOutput(renderFailure(result, { color, repeat: () => again }));
}

/** Problems as printed by commands, equally safe. */
export function problemsText(problems: readonly Problem[], { color = false }: TextOptions = {}): string {
  return printableOutput(renderProblems(problems, { color }));
}
