import { createRequire } from "node:module";
import type stringWidth from "string-width";

const require = createRequire(import.meta.url);

/** How many columns of a terminal a text without control characters takes. What measures it is loaded for other scripts and emoji only. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return (require("string-width") as { default: typeof stringWidth }).default(text);
}
