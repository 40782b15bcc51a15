import { emptySummary, addResult, exitCodeOfRun, type Summary } from "../../scenarios/results/summary.ts";
import { incompleteOf, mergedBaseline, mergedLosses, type RunPart, timeOf } from "../../scenarios/runs/merge-shards.ts";
import { attachmentsFolder, readAttachment } from "../../scenarios/runs/attachments-folder.ts";
import type { ResultsFile } from "../../scenarios/runs/results-file.ts";
import { type Ended, type RunEnd, runEndOf } from "../../scenarios/runs/run-end.ts";
import type { StoredRun } from "../../scenarios/runs/stored-run.ts";
import type { Reporter } from "../../scenarios/reports/reporter.ts";

/** Reads which scenarios a stored run has results for; `onDamaged` gets the numbers of unreadable lines. */
export async function readPart(file: string, run: StoredRun, onDamaged: (line: number) => void): Promise<RunPart> {
  const done = new Set<string>();
  let end: RunEnd | null = null;
  const onEnd = (each: RunEnd) => {
    end = each;
  };
  for await (const { id } of run.results(onDamaged, onEnd)) done.add(id);
  return { file, header: run.header, end, done };
}

/** Copies the results of stored runs into one file. */
export async function copyResults(runs: readonly StoredRun[], file: ResultsFile): Promise<void> {
  for (const run of runs) for await (const result of run.results()) await file.append(result);
}

/**
 * Sends a finished run with its results in `file` to reporters, and returns how it ended. `paths` are the files these results were copied
 * from: attachments are next to them.
 */
export async function reportParts(
  file: ResultsFile,
  parts: readonly RunPart[],
  order: readonly string[],
  reporter: Required<Reporter>,
  paths: readonly string[],
): Promise<Ended> {
  const attachment = (hash: string) => firstAttachment([file.path, ...paths], hash);
  const run = { header: file.header, isStored: true, attachment };
  reporter.begin(run);
  let summary: Summary = {
    ...emptySummary,
    incomplete: incompleteOf(parts),
    baseline: mergedBaseline(parts),
    losses: mergedLosses(parts),
  };
  let time = 0;
  for await (const result of file.read(order)) {
    summary = addResult(summary, result);
    time += result.time;
    reporter.result(result);
  }
  const isBudgetUsedUp = parts.some(({ end }) => end?.budget_used_up === true);
  const interrupted = parts.length === 1 && parts[0]?.end?.interrupted === true;
  const ended = {
    summary,
    time: timeOf(parts) || time,
    exitCode: exitCodeOfRun(summary, interrupted, isBudgetUsedUp),
    interrupted,
    isBudgetUsedUp,
  };
  await file.end(runEndOf(ended));
  await reporter.end({
    ...run,
    ...ended,
    results: (isWanted = () => true) => file.read(order.filter((id) => isWanted(id))),
  });
  return ended;
}

/** The attachment with that hash next to one of these results files; `null` when none has it. */
async function firstAttachment(paths: readonly string[], hash: string): Promise<Uint8Array | null> {
  for (const path of paths) {
    const bytes = await readAttachment(attachmentsFolder(path), hash);
    if (bytes !== null) return bytes;
  }
  return null;
}
