import { cutEnd } from "../../kit/difference.ts";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { fencedBlock, markdownLine } from "../../kit/markdown-text.ts";
import { printable } from "../../kit/terminal-text.ts";
import type { ScenarioStatus } from "../results/result.ts";
import { baselineLines } from "./against-baseline.ts";
import { renderFailure } from "./failure.ts";
import { incompleteLines } from "./incomplete.ts";
import { lossLines } from "./losses.ts";
import { entriesOf, outcomeOf } from "./outcome.ts";
import type { FinishedRun, ReportContext } from "./reporter.ts";

/** The maximum size of the page in bytes. GitHub rejects a step summary larger than 1 MiB, and other programs may write to it too. */
const longestPage = 900_000;
/** The maximum length of one failure, in characters. */
const longestFailure = 20_000;

const words: Record<ScenarioStatus, string> = {
  passed: "✅ passed",
  observed: "👁️ observed",
  flaky: "🟡 flaky",
  failed: "❌ failed",
  errored: "💥 errored",
  inconclusive: "❔ inconclusive",
  skipped: "⏭️ skipped",
  quarantined: "🚧 quarantined",
  not_run: "⚪ not run",
};

/** A run as a Markdown page: the counts, the comparison with a baseline, and as many failures as there is room for. */
export async function summaryPage(
  { header, summary, time, exitCode, results }: FinishedRun,
  { repeat }: Pick<ReportContext, "repeat">,
): Promise<string> {
  const { counts, spent, baseline, losses, incomplete } = summary;
  const shown = (Object.keys(words) as ScenarioStatus[]).filter((status) => counts[status] > 0);
  const about = [header.project, header.target].flatMap((each) => (each === undefined ? [] : [html(each)]));
  const cost = spent.known === 0 ? [] : [dollarsText(spent.dollars)];
  const head = [
    `### ${exitCode === 0 ? "✅" : "❌"} Playbill: ${about.join(" at ")}`,
    shown.length === 0
      ? "No scenarios."
      : [shown.map((status) => words[status]), shown.map(() => "---:"), shown.map((status) => String(counts[status]))]
          .map((cells) => `| ${cells.join(" | ")} |`)
          .join("\n"),
    [durationText(time), ...cost].join(", "),
    ...(incomplete === null ? [] : [fenced(incompleteLines(incomplete).join("\n"))]),
    ...(losses === null ? [] : [fenced(lossLines(losses).join("\n"))]),
    ...(baseline === null ? [] : [fenced(baselineLines(baseline).join("\n"))]),
  ].join("\n\n");
  const entries = entriesOf(baseline);
  const blocks: string[] = [cutEnd(head, longestPage / 4)];
  let room = longestPage - Buffer.byteLength(blocks[0] ?? "");
  let left = 0;
  for await (const result of results()) {
    const outcome = outcomeOf(result, entries.get(result.id));
    if (outcome !== "failures" && outcome !== "errors") continue;
    const text = cutEnd(renderFailure(result, { color: false, repeat }), longestFailure);
    const title = `<code>${html(result.id)}</code> ${result.name === result.id ? "" : html(result.name)}`;
    const block = `<details><summary>${words[result.status]} ${title}</summary>\n\n${fenced(text)}\n\n</details>`;
    const size = Buffer.byteLength(block) + 2;
    if (left > 0 || size > room) {
      left += 1;
      continue;
    }
    room -= size;
    blocks.push(block);
  }
  if (left > 0) blocks.push(`_${left} more are not shown here; they are in the log._`);
  return `${blocks.join("\n\n")}\n\n`;
}

/** A fenced block for any text. */
function fenced(text: string): string {
  return fencedBlock("text", printable(text));
}

function html(text: string): string {
  return markdownLine(cutEnd(text, 250));
}
