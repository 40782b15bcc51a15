import { blue, bold, red, yellow } from "yoctocolors";
import type { ApiError, Place, Problem } from "./problem.ts";
import { printable } from "./kit/terminal-text.ts";
import { showLine } from "./source-line.ts";

type Format = (text: string) => string;
interface Style {
  bold: Format;
  error: Format;
  warning: Format;
  frame: Format;
}

const asIs: Format = (text) => text;
const plain: Style = { bold: asIs, error: asIs, warning: asIs, frame: asIs };
const coloured: Style = { bold, error: red, warning: yellow, frame: blue };

/** The number of problems shown with the same code and no file: usually they have the same cause. */
const mostAlike = 10;

/**
 * Problems as text: each with its place, the source line and what to do; then a summary line. Ends with a line end.
 * Of many problems with the same code and no file, only the first ones are shown, with the number of the others.
 */
export function renderProblems(problems: readonly Problem[], { color }: { color: boolean }): string {
  if (problems.length === 0) return "";
  const style = color ? coloured : plain;
  const alike = new Map<string, number>();
  const blocks = problems.flatMap((each) => {
    if (each.place !== undefined) return [renderProblem(each, { color })];
    const count = (alike.get(each.code) ?? 0) + 1;
    alike.set(each.code, count);
    return count <= mostAlike ? [renderProblem(each, { color })] : [];
  });
  const more = [...alike]
    .filter(([, count]) => count > mostAlike)
    .map(([code, count]) => style.bold(`and ${count - mostAlike} more: ${code}`));
  if (more.length > 0) blocks.push(more.join("\n"));
  return `${[...blocks, countLine(problems)].join("\n\n")}\n`;
}

/** One problem, without a count and without a line end. */
export function renderProblem(problem: Problem, { color }: { color: boolean }): string {
  return problemLines(problem, color ? coloured : plain).join("\n");
}

function problemLines({ severity, code, message, place, label, hint, api }: Problem, style: Style): string[] {
  const mark = style[severity];
  const gutter = place ? " ".repeat(String(place.line).length + 2) : "  ";
  const title = `${style.bold(mark(`${severity}[${code}]`))}${style.bold(`: ${printable(message)}`)}`;
  const notes = [hint, api && apiLine(api)].filter((note) => note !== undefined && note !== "");
  return [
    title,
    ...(place ? placeLines(place, label, gutter, mark, style) : []),
    ...(!place && label !== undefined ? [`${gutter}${style.frame("=")} ${printable(label)}`] : []),
    ...notes.map((note) => `${gutter}${style.frame("=")} ${printable(note ?? "").replaceAll("\n", `\n${gutter}  `)}`),
  ];
}

function placeLines(place: Place, label: string | undefined, gutter: string, mark: Format, style: Style): string[] {
  const line = showLine(place.text, place.column, place.length);
  const carets = `${"^".repeat(line.carets)}${label === undefined ? "" : ` ${printable(label)}`}`;
  const bar = style.frame("|");
  return [
    `${gutter.slice(1)}${style.frame("-->")} ${place.file}:${place.line}:${place.column}`,
    `${gutter}${bar}`,
    `${style.frame(` ${place.line} |`)} ${line.text}`.trimEnd(),
    `${gutter}${bar} ${" ".repeat(line.indent)}${mark(carets)}`,
  ];
}

/** The API's own error message. */
function apiLine({ status, type, code, param, requestId }: ApiError): string {
  const said = { status, type, code, param, request: requestId };
  const words = Object.entries(said).flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  return words.length === 0 ? "" : `the API returned: ${words.join(", ")}`;
}

/** `2 errors, 1 warning in 2 files`. */
function countLine(problems: readonly Problem[]): string {
  const count = (number: number, word: string) => (number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`]);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const files = new Set(problems.flatMap(({ place }) => place?.file ?? [])).size;
  const what = [...count(errors, "error"), ...count(problems.length - errors, "warning")].join(", ");
  return files > 1 ? `${what} in ${files} files` : what;
}
