import type { Problem } from "../../problem.ts";
import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { type Plan, type PlannedResource, changesOf, driftOf } from "../plan/plan-format.ts";
import type { Line } from "./line.ts";
import { type Remarks, resourceLine, resourceLines } from "./resource-lines.ts";
import { cutEnd } from "../../kit/difference.ts";
import { fencedBlock, fittingParts, markdownLine } from "../../kit/markdown-text.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { summaryLine, type Group, groupLine, groupsOf } from "./groups.ts";

/** GitHub rejects comments of 65,536 characters or more. */
const longestComment = 65_000;
const mostRows = 100;
const longestTable = 30_000;
/** In characters. */
const longestCell = 250;
const mostNotes = 20;
const longestNote = 500;
const longestNotes = 15_000;

/** What a comment contains besides the plan. */
interface MarkdownOptions {
  /** The command that starts Playbill. */
  command?: string;
  /** Warnings about the declared resources, which no difference shows. */
  notes?: readonly Pick<Problem, "severity" | "message">[];
  /** What else is known about resources, shown in a separate column. */
  remarks?: Remarks;
  /** Other changes, in Markdown: a line at the top, and parts after those of the plan. */
  beside?: { verdict: string; parts: readonly string[] } | null;
}

/** A plan as a pull request comment; the hidden first line lets a bot find and replace its own comment. */
export function renderMarkdown(
  plan: Plan,
  kinds: readonly ResourceKind[],
  { command = "playbill", notes = [], remarks = new Map(), beside = null }: MarkdownOptions = {},
): string {
  const shown = groupsOf(plan, kinds, false).toSorted(([a], [b]) => rank(a) - rank(b));
  const head = [
    `<!-- playbill-plan ${plan.project}/${plan.target} -->`,
    `### Playbill plan${plan.mode.kind === "sync" ? "" : ` to ${plan.mode.kind}`}: ${plan.project} at ${plan.target}`,
    ...(beside === null ? [] : [beside.verdict]),
    summaryLine(plan),
    ...(notes.length === 0 ? [] : [noteLines(notes)]),
    ...(shown.length === 0 ? [] : [table(shown, plan, kinds, remarks)]),
  ].join("\n\n");
  const foot = [plan.git === null ? null : commitLine(plan.git), `Plan hash: \`${plan.plan_hash}\``]
    .filter((line) => line !== null)
    .join("  \n");
  const again = `${command} plan${plan.mode.kind === "destroy" ? " --destroy" : ""} --target ${plan.target}`;
  const room = longestComment - head.length - foot.length;
  const others = beside?.parts ?? [];
  // The other parts get half of the room when both need more than there is.
  const wanted = others.reduce((sum, part) => sum + part.length + 2, roomForCount);
  const own = shown.map((group) => detail(group, plan, kinds)).filter((text) => text !== "");
  const details = fitting(own, room - Math.min(others.length === 0 ? 0 : wanted, room / 2), again);
  const used = details.reduce((sum, part) => sum + part.length + 2, 0);
  const below = fitting(others, room - used, `${again} --behaviour`);
  return `${[head, ...details, ...below, foot].join("\n\n")}\n`;
}

/** The sort rank: destructive actions first, then those that need a decision. */
function rank(resource: PlannedResource): number {
  if (resource.action === "delete") return 0;
  return resource.action === "refused" || driftOf(resource).length > 0 ? 1 : 2;
}

function noteLines(notes: NonNullable<MarkdownOptions["notes"]>): string {
  const lines = notes
    .slice(0, mostNotes)
    .map(({ severity, message }) => `- **${severity}:** ${html(printableLine(message).slice(0, longestNote))}`);
  const { kept } = fittingParts(lines, longestNotes);
  const left = notes.length - kept.length;
  return [...kept, ...(left > 0 ? [`- ${left} more`] : [])].join("\n");
}

function table(groups: readonly Group[], plan: Plan, kinds: readonly ResourceKind[], remarks: Remarks): string {
  const isRemarked = remarks.size > 0;
  const rows = groups.slice(0, mostRows).map((group) => {
    const [resource] = group;
    const { mark, text } = groupLine(group, plan, kinds);
    const drift = driftOf(resource);
    const fields = [...changesOf(resource), ...drift].map(({ field }) => field);
    const listed = resource.action === "update" || drift.length > 0 ? [...new Set(fields)].join(", ") : "";
    const name =
      group.length > 1 || kindNamed(kinds, resource.kind).brief !== undefined ? cell(text) : `\`${resource.address}\``;
    const remark = group.length > 1 ? "" : (remarks.get(resource.address) ?? "");
    const row = `| \`${mark}\` | ${name} | ${actionWords(resource, plan)} | ${cell(cutEnd(listed, longestCell))} |`;
    return isRemarked ? `${row} ${markdownLine(cutEnd(remark, longestCell))} |` : row;
  });
  const { kept } = fittingParts(rows, longestTable);
  const left = groups.length - kept.length;
  const last = isRemarked ? " |" : "";
  const more = left > 0 ? [`| | ${left} more | | |${last}`] : [];
  const head = isRemarked
    ? ["| | address | | fields | tests |", "|---|---|---|---|---|"]
    : ["| | address | | fields |", "|---|---|---|---|"];
  return [...head, ...kept, ...more].join("\n");
}

function actionWords(resource: PlannedResource, { prune, target }: Plan): string {
  const { action } = resource;
  if (action === "drifted") return `edited at ${target}`;
  const words = action === "delete" && !prune ? "delete (with --prune)" : action;
  return driftOf(resource).length > 0 ? `${words}, edited at ${target}` : words;
}

function detail([resource, ...others]: Group, plan: Plan, kinds: readonly ResourceKind[]): string {
  if (others.length > 0) return "";
  const lines = resourceLines(resource, plan, { kinds, full: false }).map(toDiffLine);
  if (lines.length === 0) return "";
  const { mark, text } = resourceLine(resource, plan);
  const body = lines.join("\n");
  return [
    `<details><summary><code>${mark} ${html(text)}</code></summary>`,
    fencedBlock("diff", body),
    "</details>",
  ].join("\n\n");
}

/** In a diff block the first character gives a line its colour. */
function toDiffLine({ mark, indent, text }: Line): string {
  const inner = "  ".repeat(indent - 1);
  if (mark === "@") return `@@ ${text} @@`;
  return `${mark === "~" ? "!" : mark} ${inner}${text}`.trimEnd();
}

/** Characters reserved for the line that counts what was left out. */
const roomForCount = 200;

/** As many complete parts as fit; the others are counted. */
function fitting(parts: readonly string[], room: number, command: string): string[] {
  const { kept, left } = fittingParts(parts, room - roomForCount);
  return left === 0 ? kept : [...kept, `_${left} more not shown here: \`${command}\`_`];
}

function commitLine({ commit, dirty }: NonNullable<Plan["git"]>): string {
  return `Commit: \`${commit}\`${dirty ? " with local changes" : ""}`;
}

function cell(text: string): string {
  return html(printableLine(text)).replaceAll("|", "\\|");
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
