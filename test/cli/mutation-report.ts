import type { JudgedMutant, MutationReport } from "../../src/scenarios/mutation/report.ts";
import { published } from "./published.ts";
import type { Outcome } from "./run.ts";

/** The report that `mutate --json` printed. */
export const reportOf = (outcome: Outcome): MutationReport => published("mutation", outcome) as MutationReport;

/** A mutant on a line. */
export const lineOf = ({ status, kind, before, after, killed_by: by }: JudgedMutant) =>
  `${status} ${kind} ${before} => ${after}${by === null ? "" : ` (${by})`}`;
