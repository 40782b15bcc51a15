import { sizeText } from "../../kit/size.ts";
import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import type { Progress } from "../../sync/apply/apply.ts";
import { type Plan, isCarriedOut } from "../../sync/plan/plan-format.ts";
import { renderProgress } from "../../sync/render/applied.ts";
import type { TestRun, WorkProgress } from "../../targets/target.ts";
import type { Output } from "../output.ts";

/** Above this number of resources of a kind, only their count is shown when there is nothing special about each. */
const mostTold = 10;
/** The amount of work from which progress is shown. */
const worthTelling = { files: 100, bytes: 50_000_000 };
const quarters = 4;

/**
 * Shows the progress of a sync: a line for each finished resource, and on a terminal a status line. Elsewhere, long work
 * is reported at each quarter.
 */
export function createProgress(
  output: Output,
  { plan, kinds, color }: { plan: Plan; kinds: readonly ResourceKind[]; color: boolean },
): { tell: (progress: Progress) => void; end: () => void } {
  const steps = plan.resources.filter((each) => isCarriedOut(each, plan.prune));
  const kindOf = new Map(steps.map(({ address, kind }) => [address, kindNamed(kinds, kind)]));
  const totals = new Map([...Map.groupBy(steps, ({ kind }) => kind)].map(([kind, each]) => [kind, each.length]));
  const counts = new Map<string, number>();
  const tellQuarter = createQuarters(output);
  let done = 0;
  const tellDone = (progress: Progress): void => {
    const kind = kindOf.get(progress.address);
    const total = totals.get(kind?.name ?? "") ?? 0;
    if (kind?.brief === undefined || total <= mostTold) return output.write(renderProgress(progress, color));
    const now = (counts.get(kind.name) ?? 0) + 1;
    counts.set(kind.name, now);
    tellQuarter(kind.name, now, total, () => `${number(now)} of ${number(total)} ${kind.nouns.many}`);
  };
  return {
    tell(progress) {
      if (progress.kind === "working") {
        const words = `${progress.address} ${workWords(progress)}`;
        if (output.isTTY) output.status(`  ${number(done)} of ${number(steps.length)}  ${words}`);
        else if (progress.total >= worthTelling[progress.unit])
          tellQuarter(progress.address, progress.done, progress.total, () => words);
        return;
      }
      if (progress.kind === "failed") output.write(renderProgress(progress, color));
      if (progress.kind === "done") tellDone(progress);
      if (progress.kind !== "started") done += 1;
      output.status(`  ${number(done)} of ${number(steps.length)}`);
    },
    end: () => output.status(""),
  };
}

/** Shows the progress of preparing vector stores for a test: on a terminal in a status line, elsewhere at each quarter of long work. */
export function createKnowledgeProgress(output: Output): { tell: TestRun["onProgress"]; end: () => void } {
  const tellQuarter = createQuarters(output);
  return {
    tell(address, progress) {
      const { done, total, unit } = progress;
      const words = () => `${address} ${workWords(progress)}`;
      if (output.isTTY) output.status(`  ${words()}`);
      else if (total >= worthTelling[unit]) tellQuarter(address, done, total, words);
    },
    end: () => output.status(""),
  };
}

/** Prints a line at each completed quarter. */
function createQuarters(output: Output): (key: string, now: number, total: number, words: () => string) => void {
  const told = new Map<string, number>();
  return (key, now, total, words) => {
    const quarter = Math.floor((quarters * now) / total);
    if (quarter > (told.get(key) ?? 0)) output.write(`  ${words()}\n`);
    told.set(key, Math.max(quarter, told.get(key) ?? 0));
  };
}

function workWords({ done, total, unit }: WorkProgress): string {
  return unit === "bytes" ? `${sizeText(done)} of ${sizeText(total)}` : `${number(done)} of ${number(total)} files`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
