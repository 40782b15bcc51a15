import { printableLine } from "../../kit/terminal-text.ts";

const longest = 60;

/** Whether `shortValue` shows the whole value. */
export function isShort(value: unknown): boolean {
  return !shortValue(value).endsWith("…");
}

/** A value on one line, cut when it is long: `"You are…"`, `0.2`, `not set`. */
export function shortValue(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  const text = printableLine(JSON.stringify(value));
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
