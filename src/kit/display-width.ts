import stringWidth from "string-width";

/** How many columns of a terminal a text without control characters takes. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}
