/** One line of a rendered plan, before it is text or Markdown. `@` titles a hunk, a space is context. */
export interface Line {
  mark: "+" | "-" | "~" | "!" | "@" | " ";
  indent: number;
  text: string;
}

/** The same lines, further in. */
export function indented(lines: readonly Line[], by = 1): Line[] {
  return lines.map(({ mark, indent, text }) => ({ mark, indent: indent + by, text }));
}

/** The first lines, and how many were left out. */
export function capped(lines: readonly Line[], most: number): Line[] {
  if (lines.length <= most) return [...lines];
  const left = lines.length - most;
  return [
    ...lines.slice(0, most),
    {
      mark: " ",
      indent: 1,
      text: `… ${left} more ${left === 1 ? "line" : "lines"} (--full shows ${left === 1 ? "it" : "them"})`,
    },
  ];
}
