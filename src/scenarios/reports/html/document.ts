import { createHash } from "node:crypto";
import { dollarsText } from "../../../kit/dollars.ts";
import { durationText } from "../../../kit/duration.ts";
import { blocks } from "../../../page-data/pack.ts";
import type { IndexRow } from "../../../page-data/index-row.ts";
import { type RunHead, titleOf } from "../../../page-data/run-head.ts";
import type { PageApp } from "./page-app.ts";

/** The maximum number of failures listed when scripts cannot run. */
const mostFailures = 50;

/** The document up to its data. Its content is visible while scripts load or when they cannot run. */
export function documentBegin(
  head: RunHead,
  rows: readonly IndexRow[],
  app: PageApp,
  repeat: (id: string) => string,
): string {
  const policyTag = `<meta http-equiv="Content-Security-Policy" content="${policy(app, [])}">`;
  return bodyBegin(titleOf(head), policyTag, staticSummary(head, rows, repeat), app);
}

/** A document whose app requests its data from the server that delivers it, with the content security policy to send as a header. */
export function servedDocument(app: PageApp, project: string): { html: string; policy: string } {
  const waiting = '<main class="static"><p>This page needs JavaScript.</p></main>';
  return {
    html: bodyBegin(project, "", waiting, app) + blockBegin("live") + blockEnd + documentEnd(app),
    policy: policy(app, ["connect-src 'self'", "frame-ancestors 'none'"]),
  };
}

function bodyBegin(title: string, policyTag: string, summary: string, app: PageApp): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policyTag}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${styleText(app)}</style>
</head>
<body>
<div id="playbill">
${summary}
</div>
`;
}

/** The document after its data. */
export function documentEnd(app: PageApp): string {
  return `<script type="module">${scriptText(app)}</script>
</body>
</html>
`;
}

/** The beginning of a block of data, which consists of base64 and line breaks. */
export function blockBegin(name: keyof typeof blocks): string {
  return `<script type="text/plain" id="${blocks[name]}">`;
}

/** The end of a block of data. */
export const blockEnd = "</script>\n";

/** Only code in the file itself may run, and nothing may be loaded or sent except what `more` allows. */
function policy(app: PageApp, more: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(scriptText(app))}'`,
    `style-src '${hashOf(styleText(app))}'`,
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
    ...more,
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Escapes text that would end the element or begin a comment. It can occur only in strings and patterns of the script, where a backslash changes nothing. */
function scriptText({ script }: PageApp): string {
  return script.replaceAll(/<(?=\/script|!--|script)/gi, String.raw`\x3C`);
}

function styleText({ style }: PageApp): string {
  return style;
}

function staticSummary(head: RunHead, rows: readonly IndexRow[], repeat: (id: string) => string): string {
  const bad = rows.filter(({ status }) => status === "failed" || status === "errored" || status === "inconclusive");
  const rest = bad.length - mostFailures;
  const counts = Object.entries(head.counts).filter(([, count]) => count > 0);
  const cost = head.spent.turns + head.spent.asked;
  return [
    '<main class="static">',
    `<h1>${escapeHtml(head.project)}: ${counts.map(([status, count]) => `${count} ${status.replace("_", " ")}`).join(", ") || "no scenario was selected"}</h1>`,
    `<p>Run ${escapeHtml(head.run ?? "")} at ${escapeHtml(head.target)}, ${durationText(head.time)}${cost > 0 ? `, ${dollarsText(cost)}` : ""}. Enable JavaScript to see every conversation.</p>`,
    ...(bad.length === 0 ? [] : ["<ol>", ...bad.slice(0, mostFailures).map((row) => failure(row, repeat)), "</ol>"]),
    ...(rest > 0 ? [`<p>and ${rest} more</p>`] : []),
    "</main>",
  ].join("\n");
}

function failure(row: IndexRow, repeat: (id: string) => string): string {
  const where = row.line === null ? row.file : `${row.file}:${row.line}`;
  const why = [...(row.turn === null ? [] : [`turn ${row.turn}`]), row.sentence ?? ""].join(": ");
  return `<li><b>${escapeHtml(row.name)}</b> ${row.status} (${escapeHtml(where)})<br>${escapeHtml(why)}<br><code>${escapeHtml(repeat(row.id))}</code></li>`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text escaped for HTML, for elements and attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
