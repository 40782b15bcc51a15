import { expect } from "vitest";
import type { JudgedMutant, MutationReport } from "../../src/scenarios/mutation/report.ts";
import type { Outcome } from "./run.ts";

/** The report that `mutate --json` printed. */
export const reportOf = ({ stdout, output }: Outcome): MutationReport => {
  expect(stdout, output).toMatch(/^\{/);
  return JSON.parse(stdout) as MutationReport;
};
/** A mutant on a line. */
export const lineOf = ({ status, kind, before, after, killed_by: by }: JudgedMutant) =>
  `${status} ${kind} ${before} => ${after}${by === null ? "" : ` (${by})`}`;
