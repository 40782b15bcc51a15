import { bold, cyan, dim, green, red, yellow } from "yoctocolors";
import { kindNamed } from "../../resources/resource.ts";
import type { Plan } from "../plan/plan-format.ts";
import { ownAddress } from "../marker.ts";
import { isSelected } from "../plan/select.ts";
import type { Line } from "./line.ts";
import { type Shown, resourceLines } from "./resource-lines.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { summaryLine, groupLine, groupsOf } from "./groups.ts";

export interface TextOptions extends Shown {
  color: boolean;
  /** The command that starts Playbill, for suggested commands. */
  command?: string;
}

const colors: Record<Line["mark"], (text: string) => string> = {
  "+": green,
  "-": red,
  "~": yellow,
  "!": red,
  "@": cyan,
  " ": dim,
};

/** A plan for a terminal: one block per group, unchanged resources only counted, the summary last. */
export function renderText(plan: Plan, { color, command = "playbill", ...shown }: TextOptions): string {
  const paint = (style: (text: string) => string, text: string) => (color ? style(text) : text);
  const groups = groupsOf(plan, shown.kinds, shown.full).map((group) => {
    const head = groupLine(group, plan, shown.kinds);
    const lines = group.length > 1 ? [] : resourceLines(group[0], plan, shown);
    const text = [
      `${paint(colors[head.mark], head.mark)} ${paint(bold, head.text)}`,
      ...lines.map((line) => paint(colors[line.mark], toText(line))),
    ].join("\n");
    return { text, isBrief: lines.length === 0 && kindNamed(shown.kinds, group[0].kind).brief !== undefined };
  });
  // Consecutive single lines need no blank line between them.
  const blocks = groups.map(({ text, isBrief }, index) =>
    isBrief && groups[index + 1]?.isBrief === true ? `${text}\n` : `${text}\n\n`,
  );
  const words = [...notes(plan, shown, command).map((note) => paint(dim, note)), paint(bold, summaryLine(plan))];
  return `${blocks.join("")}${words.join("\n\n")}\n`;
}

/** Rendered lines as they are in a plan. */
export function renderLines(lines: readonly Line[], color: boolean): string {
  return lines.map((line) => (color ? colors[line.mark](toText(line)) : toText(line))).join("\n");
}

function toText({ mark, indent, text }: Line): string {
  const words = mark === "@" ? `@@ ${text} @@` : `${mark} ${text}`;
  return `${"    ".repeat(indent)}${words}`.trimEnd();
}

function notes(plan: Plan, { kinds }: Shown, command: string): string[] {
  const own = plan.unmanaged.filter(({ owner }) => ownAddress(plan, owner) !== null);
  const orphans = own.filter(({ owner }) => isSelected(ownAddress(plan, owner) ?? "", plan.selectors));
  const doubled = new Set(plan.doubles.flatMap(({ ids }) => ids));
  const others = plan.unmanaged.filter((each) => !own.includes(each));
  return [
    ...orphans
      .filter(({ id }) => !doubled.has(id))
      .map(({ id, owner }) =>
        printableLine(
          `${id} carries the marker of ${owner}, but neither the files nor the lock name it (${command} state rebuild --target ${plan.target}).`,
        ),
      ),
    ...kinds.flatMap(({ name, nouns }) => {
      const count = others.filter(({ kind }) => kind === name).length;
      if (count === 0) return [];
      return [
        `${count} ${count === 1 ? nouns.one : nouns.many} at ${plan.target} ${count === 1 ? "is" : "are"} not managed by this project.`,
      ];
    }),
  ];
}
