import type { Problem } from "../../problem.ts";
import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { type Plan, type PlannedResource, changesOf, driftOf } from "../plan/plan-format.ts";
import type { Line } from "./line.ts";
import { type Remarks, resourceLine, resourceLines } from "./resource-lines.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { summaryLine, type Group, groupLine, groupsOf } from "./groups.ts";

/** GitHub refuses comments of 65,536 characters and more. */
const longestComment = 65_000;
const mostRows = 100;
const mostNotes = 20;
const longestNote = 500;

/** What a comment is made with beside the plan. */
interface MarkdownOptions {
  /** How Playbill is started. */
  command?: string;
  /** What there is to say of what is declared, which no difference shows. */
  notes?: readonly Pick<Problem, "severity" | "message">[];
  /** What else is known of resources: a column of its own. */
  remarks?: Remarks;
}

/** A plan as a pull request comment; the hidden first line lets a bot find and replace its own comment. */
export function renderMarkdown(
  plan: Plan,
  kinds: readonly ResourceKind[],
  { command = "playbill", notes = [], remarks = new Map() }: MarkdownOptions = {},
): string {
  const shown = groupsOf(plan, kinds, false).toSorted(([a], [b]) => rank(a) - rank(b));
  const head = [
    `<!-- playbill-plan ${plan.project}/${plan.target} -->`,
    `### Playbill plan${plan.mode.kind === "sync" ? "" : ` to ${plan.mode.kind}`}: ${plan.project} at ${plan.target}`,
    summaryLine(plan),
    ...(notes.length === 0 ? [] : [noteLines(notes)]),
    ...(shown.length === 0 ? [] : [table(shown, plan, kinds, remarks)]),
  ].join("\n\n");
  const foot = [plan.git === null ? null : commitLine(plan.git), `Plan hash: \`${plan.plan_hash}\``]
    .filter((line) => line !== null)
    .join("  \n");
  const details = fitting(
    shown.map((group) => detail(group, plan, kinds)).filter((text) => text !== ""),
    longestComment - head.length - foot.length,
    `${command} plan${plan.mode.kind === "destroy" ? " --destroy" : ""} --target ${plan.target}`,
  );
  return `${[head, ...details, foot].join("\n\n")}\n`;
}

/** Destructive ones first, then those that need a decision. */
function rank(resource: PlannedResource): number {
  if (resource.action === "delete") return 0;
  return resource.action === "refused" || driftOf(resource).length > 0 ? 1 : 2;
}

function noteLines(notes: NonNullable<MarkdownOptions["notes"]>): string {
  const lines = notes
    .slice(0, mostNotes)
    .map(({ severity, message }) => `- **${severity}:** ${html(printableLine(message).slice(0, longestNote))}`);
  const left = notes.length - lines.length;
  return [...lines, ...(left > 0 ? [`- ${left} more`] : [])].join("\n");
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
    const row = `| \`${mark}\` | ${name} | ${actionWords(resource, plan)} | ${cell(listed)} |`;
    return isRemarked ? `${row} ${cell(remark)} |` : row;
  });
  const left = groups.length - rows.length;
  const last = isRemarked ? " |" : "";
  const more = left > 0 ? [`| | ${left} more | | |${last}`] : [];
  const head = isRemarked
    ? ["| | address | | fields | tests |", "|---|---|---|---|---|"]
    : ["| | address | | fields |", "|---|---|---|---|"];
  return [...head, ...rows, ...more].join("\n");
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
  const fence = "`".repeat(Math.max(3, ...[...body.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    `<details><summary><code>${mark} ${html(text)}</code></summary>`,
    `${fence}diff\n${body}\n${fence}`,
    "</details>",
  ].join("\n\n");
}

/** In a diff block the first character gives a line its colour. */
function toDiffLine({ mark, indent, text }: Line): string {
  const inner = "  ".repeat(indent - 1);
  if (mark === "@") return `@@ ${text} @@`;
  return `${mark === "~" ? "!" : mark} ${inner}${text}`.trimEnd();
}

/** As many whole resources as there is room for. */
function fitting(details: readonly string[], room: number, command: string): string[] {
  const kept: string[] = [];
  let used = 200;
  for (const text of details) {
    used += text.length + 2;
    if (used > room) break;
    kept.push(text);
  }
  const left = details.length - kept.length;
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
