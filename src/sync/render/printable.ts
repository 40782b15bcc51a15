/** C0 and C1 controls, and the characters that reverse the direction of text. */
const controls = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from elsewhere, made safe for a terminal: what would control it is shown as `\u001b`. With `lines`, `\n` and tabs stay. */
export function escapeControls(text: string, { lines }: { lines: boolean }): string {
  return text.replaceAll(controls, (each) => {
    if (lines && (each === "\n" || each === "\t")) return each;
    return `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
