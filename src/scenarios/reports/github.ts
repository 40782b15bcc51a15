import { relative } from "node:path";
import { cutEnd } from "../../kit/difference.ts";
import type { Place } from "../../problem.ts";
import type { BaselineEntry } from "../baseline/compare.ts";
import type { ScenarioResult } from "../results/result.ts";
import { summaryPage } from "./github-summary.ts";
import { incompleteLines } from "./incomplete.ts";
import { entriesOf, outcomeOf, reasonOf, whyAgainst, whySkipped } from "./outcome.ts";
import type { ReportContext, Reporter } from "./reporter.ts";

/** The number of annotations of each kind that GitHub shows per step (actions/toolkit, docs/problem-matchers.md). */
const mostAnnotations = 10;

/** A message that GitHub shows at a line of a file. */
interface Annotation {
  kind: "error" | "warning" | "notice";
  title: string;
  message: string;
  file: string | null;
  place: Pick<Place, "line" | "column" | "length"> | null;
}

type Context = Pick<ReportContext, "command" | "appendFile" | "env" | "root" | "repeat" | "again">;

/**
 * Annotations for GitHub Actions at the lines of scenarios that did not pass, and a job summary. There are only as many of each kind as
 * GitHub shows; the last one states how many more there are.
 */
export function createGithubReporter(context: Context): Reporter {
  const { command, env, repeat } = context;
  return {
    result() {},
    async end(run) {
      const { summary, results } = run;
      const entries = entriesOf(summary.baseline);
      const counts = { error: 0, warning: 0, notice: 0 };
      const take = (annotation: Annotation) => {
        counts[annotation.kind] += 1;
        if (counts[annotation.kind] <= mostAnnotations) command(annotationLine(annotation, context));
      };
      for await (const result of results()) {
        for (const each of annotationsOf(result, entries.get(result.id), repeat)) take(each);
      }
      for (const line of summary.incomplete === null ? [] : incompleteLines(summary.incomplete)) {
        take({ kind: "error", title: "Playbill", message: line, file: null, place: null });
      }
      const more = [counts.error, counts.warning].map((count) => Math.max(0, count - mostAnnotations));
      if (more.some((count) => count > 0)) {
        const message = `${more[0]} more errors and ${more[1]} more warnings are in the log and in the job summary`;
        command(annotationLine({ kind: "notice", title: "Playbill", message, file: null, place: null }, context));
      }
      const { GITHUB_STEP_SUMMARY: file } = env;
      if (file === undefined || file === "") return;
      await context.appendFile(file, await summaryPage(run, context));
    },
  };
}

const longestMessage = 4_000;

function annotationsOf(
  result: ScenarioResult,
  entry: BaselineEntry | undefined,
  repeat: ReportContext["repeat"],
): Annotation[] {
  const { id, name, file, status, verdicts, quarantine } = result;
  const title = name === id ? id : `${id}: ${name}`;
  const outcome = outcomeOf(result, entry);
  const at = { title, file, place: null };
  const warnings = verdicts
    .filter(({ pass, severity }) => !pass && severity === "warn")
    .map(({ turn, sentence, place }): Annotation => {
      return { kind: "warning", title, message: inTurn(turn, sentence), file: place?.file ?? file, place };
    });
  if (outcome === "failures" || outcome === "errors") {
    const { miss, problem, message } = reasonOf(result);
    const place = miss?.place ?? problem?.place ?? null;
    const why = entry === undefined ? null : whyAgainst(entry);
    const hint = miss?.nearest ?? problem?.hint;
    const lines = [why, inTurn(miss?.turn ?? null, message), hint, `again: ${repeat(id)}`].filter(
      (line) => line != null,
    );
    return [{ ...at, kind: "error", message: lines.join("\n"), file: place?.file ?? file, place }, ...warnings];
  }
  if (status === "flaky") {
    warnings.push({
      ...at,
      kind: "warning",
      message: `flaky: it passed after ${result.attempts.length - 1} other attempts`,
    });
  }
  if (quarantine !== undefined && quarantine.status !== "passed") {
    warnings.push({ ...at, kind: "warning", message: whySkipped(result) });
  }
  return warnings;
}

function inTurn(turn: number | null, message: string): string {
  return turn === null ? message : `turn ${turn}: ${message}`;
}

/** A workflow command, as GitHub reads it (docs.github.com, workflow commands). */
function annotationLine(
  { kind, title, message, file, place }: Annotation,
  { root, env }: Pick<ReportContext, "root" | "env">,
): string {
  const properties = {
    ...(file !== null && { file: inRepository(root, file, env) }),
    ...(place !== null && { line: String(place.line), col: String(place.column) }),
    title,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${ofProperty(cutEnd(value, 250))}`);
  return `::${kind} ${written.join(",")}::${ofData(cutEnd(message, longestMessage))}\n`;
}

/** A file of the project as GitHub names it: relative to the root of the repository. */
function inRepository(root: string, file: string, { GITHUB_WORKSPACE: workspace }: ReportContext["env"]): string {
  const folder = workspace === undefined ? "" : relative(workspace, root).replaceAll("\\", "/");
  return folder === "" || folder.startsWith("..") ? file : `${folder}/${file}`;
}

function ofData(text: string): string {
  return text.toWellFormed().replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function ofProperty(text: string): string {
  return ofData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
