import { createRequire } from "node:module";
import type stringWidth from "string-width";

const require = createRequire(import.meta.url);

/** How many columns of a terminal a text without control characters takes. What measures it is loaded for other scripts and emoji only. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return (require("string-width") as { default: typeof stringWidth }).default(text);
}

/** The beginning of a text without control characters that takes at most so many columns, with a sign in the last when something was cut off. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += displayWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns > 0 ? `${kept}…` : "";
}
