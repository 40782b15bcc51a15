import { printableLine } from "./terminal-text.ts";

/** Any text as one line of Markdown that GitHub shows literally: characters that have a meaning there or in HTML, or make a link, become character references. */
export function markdownLine(text: string): string {
  return printableLine(text).replaceAll(
    /[&<>"\\`*_~[\]#|@!]|:(?=\/\/)|(?<=www)\./gi,
    (each) => `&#${each.charCodeAt(0)};`,
  );
}

/** A fenced block that its lines cannot end, whatever they contain; `language` colours it. The lines must be printable. */
export function fencedBlock(language: string, text: string): string {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** As many complete parts as fit, each followed by an empty line, and the number of those left out. */
export function fittingParts(parts: readonly string[], room: number): { kept: string[]; left: number } {
  const kept: string[] = [];
  let used = 0;
  for (const text of parts) {
    used += text.length + 2;
    if (used > room) break;
    kept.push(text);
  }
  return { kept, left: parts.length - kept.length };
}
