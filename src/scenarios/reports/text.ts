// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from elsewhere without what would control a terminal; line ends stay. */
export function printable(text: string): string {
  return text.replaceAll("\t", "    ").replaceAll(controls, "\ufffd");
}

/** Every line of a text behind a prefix; of a long text the first lines, and how many more there are. */
export function block(text: string, prefix: string, mostLines: number): string[] {
  const lines = printable(text).trimEnd().split("\n");
  const rest = lines.length - mostLines;
  const shown = rest > 1 ? [...lines.slice(0, mostLines), `… ${rest} more lines`] : lines;
  return shown.map((line) => `${prefix}${line}`.trimEnd());
}

/** `12 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
