const units = ["B", "kB", "MB", "GB"];

/** A number of bytes as text, in decimal units: `512 B`, `12.3 kB`, `4.2 MB`. */
export function sizeText(bytes: number): string {
  const rank = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  // Rounding may reach the next unit: 999,960 B are 1.0 MB.
  const power = rank < units.length - 1 && rank > 0 && (bytes / 1000 ** rank).toFixed(1) === "1000.0" ? rank + 1 : rank;
  return power === 0 ? `${bytes} B` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
