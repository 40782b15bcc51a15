import { fencedBlock } from "../../kit/markdown-text.ts";
import type { ScenarioPage, TurnItem, TurnPage, VerdictPage } from "../../page-data/scenario-page.ts";

/** A scenario as Markdown, to paste into an issue or a chat: its verdict, the command that runs it again, what failed, and the conversation of an attempt. */
export function asMarkdown(page: ScenarioPage, attemptIndex: number): string {
  const attempt = page.attempts[attemptIndex];
  const title = page.name === page.id ? page.id : `${page.id}: ${page.name}`;
  const failed = attempt?.verdicts.filter(({ outcome }) => outcome !== "held") ?? [];
  const blocks = [
    `## ${oneLine(title)} — ${page.status.replace("_", " ")}`,
    ...(page.reason === null ? [] : [oneLine(page.reason)]),
    ...(page.runs === null ? [] : [`${page.runs}; shown: ${attempt?.name ?? "none"}`]),
    fenced(page.command, "sh"),
    ...(attempt?.problems ?? []).map(
      ({ severity, code: problem, message }) => `- ${severity} ${code(problem)}: ${oneLine(message)}`,
    ),
    ...failed.map(verdictBlock),
    ...(attempt?.turns ?? []).map(turnBlock),
    ...(attempt?.notes ?? []).map((note) => `_${oneLine(note)}_`),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function verdictBlock({ turn, sentence, severity, outcome, place, comparison }: VerdictPage): string {
  const where = [
    turn === null ? "whole conversation" : `turn ${turn}`,
    ...(place === null ? [] : [`${place.file}:${place.line}`]),
  ].join(", ");
  const mark = outcome === "undecided" ? "?" : severity === "warn" ? "!" : "✗";
  const texts =
    comparison === null ? [] : [`expected\n\n${fenced(comparison.expected)}`, `actual\n\n${fenced(comparison.actual)}`];
  return [`${mark} **${oneLine(sentence)}** (${where})`, ...texts].join("\n\n");
}

function turnBlock({ number, part, user, items, status, why }: TurnPage): string {
  const end = status === "completed" ? [] : [`_${oneLine(why === null ? status : `${status}: ${why}`)}_`];
  const title = `### Turn ${number}${part === null ? "" : `, message ${part}`}`;
  return [title, "**User**", fenced(user), ...items.map(itemBlock), ...end].join("\n\n");
}

function itemBlock(item: TurnItem): string {
  switch (item.kind) {
    case "message":
      return `**Assistant**${item.isCut ? " (cut off)" : ""}\n\n${fenced(item.text)}`;
    case "call": {
      const { outcome } = item;
      const answer =
        outcome === null
          ? "not answered"
          : outcome.kind === "error"
            ? `error: ${outcome.message}`
            : jsonOf(outcome.value);
      return `**Tool** ${code(item.name)}\n\n${fenced(item.arguments, "json")}\n\n${fenced(answer)}`;
    }
    case "code":
      return `**Python**\n\n${fenced(item.input, "python")}\n\n${fenced(item.logs)}`;
    case "search":
      return `**Search** ${item.results.map(({ file }) => code(file)).join(", ") || "found nothing"}`;
    case "waiting":
      return `_${oneLine(item.reason)}_`;
  }
}

/** A value as text: text unchanged, any other value as indented JSON. */
export function jsonOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "nothing");
}

function fenced(text: string, language = ""): string {
  return fencedBlock(language, text);
}

/** A text on one line with Markdown escaped, so that it cannot create a link, an image or an element. */
function oneLine(text: string): string {
  return joined(text).replaceAll(
    /[\\`*<>|~]|(?<!\w)_|_(?!\w)|!(?=\[)|\](?=[([])|^(?:[#+=[-]|\d+(?=[.)]))/g,
    String.raw`\$&`,
  );
}

/** A name as inline code, whatever it contains. */
function code(text: string): string {
  const line = joined(text);
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  return line.includes("`") ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

function joined(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
