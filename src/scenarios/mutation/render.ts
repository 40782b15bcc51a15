import { dollarsText } from "../../kit/dollars.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { Mutant } from "./mutant.ts";
import { mutationKinds } from "./mutation-kinds.ts";
import type { JudgedMutant, MutantStatus, MutationReport } from "./report.ts";

const statusWords: Record<MutantStatus, string> = {
  survived: "survived",
  uncovered: "not covered",
  not_judged: "not judged",
  killed: "noticed",
};
const statuses: readonly MutantStatus[] = ["killed", "survived", "uncovered", "not_judged"];
const mostNames = 5;

/** A report in words: the mutants that were not noticed, with what would have noticed them; those that could not be judged, by reason; and the counts. */
export function renderMutations(report: MutationReport): string {
  const { mutants, baseline } = report;
  const unnoticed = mutants.filter(({ status }) => status === "survived" || status === "uncovered");
  const notJudged = Map.groupBy(
    mutants.filter(({ status }) => status === "not_judged"),
    ({ reason }) => reason ?? "",
  );
  const leftOut = baseline.left_out.map(({ id, status }) =>
    printableLine(`left out, because it does not pass without a mutation: ${id} (${status.replace("_", " ")})`),
  );
  const blocks = [
    ...unnoticed.map(unnoticedLines),
    [...notJudged].map(([reason, all]) => printableLine(`not judged: ${all.length} (${kindsOf(all)}): ${reason}`)),
    leftOut,
    totalLines(report),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Mutants that are only listed, one block each. */
export function renderListedMutants(mutants: readonly Mutant[]): string {
  return mutants.map((mutant) => `${mutantLines({ ...mutant, ...mutant.place }).join("\n")}\n`).join("");
}

function mutantLines({
  kind,
  file,
  line,
  what,
  before,
  after,
}: Pick<JudgedMutant, "kind" | "file" | "line" | "what" | "before" | "after">): string[] {
  const change = [...(before === "" ? [] : [`    - ${before}`]), ...(after === "" ? [] : [`    + ${after}`])];
  return [`${kind}  ${file}:${line}  ${what}`, ...change].map(printableLine);
}

function unnoticedLines(mutant: JudgedMutant): string[] {
  const { status, scenarios, reason, hint } = mutant;
  const [title = "", ...change] = mutantLines(mutant);
  const names = scenarios.slice(0, mostNames).join(", ");
  const more = scenarios.length > mostNames ? ` and ${scenarios.length - mostNames} more` : "";
  const why = status === "uncovered" ? (reason ?? "") : `passed anyway: ${names}${more}`;
  return [
    `${statusWords[status]}  ${title}`,
    ...change,
    printableLine(`    ${why}`),
    printableLine(`    to notice it: ${hint ?? ""}`),
  ];
}

function kindsOf(mutants: readonly JudgedMutant[]): string {
  return mutationKinds
    .flatMap((kind) => {
      const own = mutants.filter((each) => each.kind === kind).length;
      return own === 0 ? [] : [`${own} ${kind}`];
    })
    .join(", ");
}

function totalLines({ mutants, counts, score, cost, conversations }: MutationReport): string[] {
  const rows: string[][] = [
    ["", ...statuses.map((status) => statusWords[status])],
    ...mutationKinds.flatMap((kind) => {
      const own = mutants.filter((each) => each.kind === kind);
      if (own.length === 0) return [];
      return [[kind, ...statuses.map((status) => String(own.filter((each) => each.status === status).length))]];
    }),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const { killed, survived, uncovered } = counts;
  const verdict =
    score === null
      ? "no mutant could be judged"
      : `${score} %: ${killed} of ${killed + survived + uncovered} mutants were noticed`;
  const paid = cost === null ? "" : cost === 0 ? "" : `, ${dollarsText(cost)}`;
  return [...table, `${verdict} (${conversations} conversations${paid})`];
}
