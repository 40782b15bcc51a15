/** The index of the line (from 0) on which a conflict with markers begins; `null` when the text has none. */
export function conflictLine(text: string): number | null {
  if (!text.includes("<<<<<<<")) return null;
  const lines = text.split(/\r?\n/);
  const begin = lines.findIndex((line) => line.startsWith("<<<<<<< "));
  const middle = begin === -1 ? -1 : lines.indexOf("=======", begin);
  const isEnded = middle !== -1 && lines.slice(middle).some((line) => line.startsWith(">>>>>>> "));
  return isEnded ? begin : null;
}
