const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The milliseconds of a written duration: a number of seconds, or `200ms`, `12s`, `3m`, `1h`. */
export function toMilliseconds(duration: number | string): number {
  if (typeof duration === "number") return duration * 1_000;
  const unit = /[a-z]+$/.exec(duration)?.[0] ?? "s";
  return Number.parseFloat(duration) * (units[unit] ?? Number.NaN);
}

/** True for a duration with a unit that `toMilliseconds` can read. */
export function isDuration(text: string): boolean {
  return /^\d+(\.\d+)?(ms|s|m|h)$/.test(text);
}

/** A duration as text: `12 ms`, `3.4 s`, `2 min 5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** True for a valid date in the form `2026-12-31`. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
