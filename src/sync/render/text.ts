import { bold, cyan, dim, green, red, yellow } from "yoctocolors";
import type { Plan } from "../plan/plan-format.ts";
import { ownAddress } from "../marker.ts";
import type { Line } from "./line.ts";
import { resourceLine, resourceLines } from "./resource-lines.ts";
import { summaryLine } from "./summary.ts";
import { printableLine } from "../../kit/terminal-text.ts";

export interface TextOptions {
  /** Nothing is cut. */
  full: boolean;
  color: boolean;
}

const colors: Record<Line["mark"], (text: string) => string> = {
  "+": green,
  "-": red,
  "~": yellow,
  "!": red,
  "@": cyan,
  " ": dim,
};

/** A plan for a person at a terminal: a group a resource, unchanged ones only counted, the summary last. */
export function renderText(plan: Plan, { full, color }: TextOptions): string {
  const paint = (style: (text: string) => string, text: string) => (color ? style(text) : text);
  const shown = plan.resources.filter(({ action }) => action !== "unchanged");
  const groups = shown.map((resource) => {
    const head = resourceLine(resource, plan);
    const lines = resourceLines(resource, plan, full);
    return [
      `${paint(colors[head.mark], head.mark)} ${paint(bold, head.text)}`,
      ...lines.map((line) => paint(colors[line.mark], toText(line))),
    ].join("\n");
  });
  return (
    [...groups, ...notes(plan).map((note) => paint(dim, note)), paint(bold, summaryLine(plan))].join("\n\n") + "\n"
  );
}

function toText({ mark, indent, text }: Line): string {
  const words = mark === "@" ? `@@ ${text} @@` : `${mark} ${text}`;
  return `${"    ".repeat(indent)}${words}`.trimEnd();
}

function notes(plan: Plan): string[] {
  const orphans = plan.unmanaged.filter(({ owner }) => ownAddress(plan, owner ?? undefined) !== null);
  const others = plan.unmanaged.length - orphans.length;
  return [
    ...orphans.map(({ id, owner }) =>
      printableLine(
        `${id} carries the marker of ${owner}, but neither the files nor the lock know it (playbill state rebuild).`,
      ),
    ),
    ...(others === 0
      ? []
      : [
          `${others} ${others === 1 ? "assistant" : "assistants"} at ${plan.target} ${others === 1 ? "is" : "are"} not managed by this project.`,
        ]),
  ];
}
