import type { SpokenText } from "../../../project/script.ts";
import { type Pattern, parsePattern } from "../../../schema/pattern.ts";

/** A user message with holes, ready to be tried on what was said. */
export interface SpokenPattern {
  expression: Pick<Pattern, "exec">;
  /** The expression in every hole, in the order of the groups. */
  holes: readonly string[];
}

/** What was said, ready to be compared: no white space at the ends, `\n` line ends. */
export function normalise(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").trim();
}

/** A known user message as one text, its holes written as in the scenario. */
export function showSpoken(spoken: SpokenText): string {
  return normalise(spoken.map((part) => (typeof part === "string" ? part : `\${{ ${part.hole} }}`)).join(""));
}

/** A hole matches any text, and the same text wherever the same expression stands again in the message. */
export function spokenPattern(spoken: SpokenText): SpokenPattern {
  const holes: string[] = [];
  const parts = spoken.map((part, index) => {
    if (typeof part === "string") return escape(trimOuter(part, index === 0, index === spoken.length - 1));
    const group = holes.indexOf(part.hole) + 1;
    if (group > 0) return `\\${group}(?:)`;
    holes.push(part.hole);
    return "([^]*?)";
  });
  const source = `^${parts.join("")}$`;
  // RE2 takes linear time however many holes there are, but cannot ask for the same text twice.
  const isPlain = holes.length === spoken.filter((part) => typeof part !== "string").length;
  if (isPlain) return { expression: parsePattern(source), holes };
  const native = new RegExp(source, "u");
  return { expression: { exec: (said) => native.exec(said) }, holes };
}

/** What stood in the holes that are exactly `saved.NAME`, by name; `null` when the message does not fit. */
export function matchSpoken({ expression, holes }: SpokenPattern, said: string): Record<string, string> | null {
  const match = expression.exec(said);
  if (match === null) return null;
  const saved = holes.flatMap((hole, index) => {
    const name = /^saved\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(hole.trim())?.[1];
    return name === undefined ? [] : [[name, match[index + 1] ?? ""] as const];
  });
  return Object.fromEntries(saved);
}

function trimOuter(text: string, first: boolean, last: boolean): string {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  const begun = first ? lines.trimStart() : lines;
  return last ? begun.trimEnd() : begun;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
