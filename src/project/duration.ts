const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as it is written: a number of seconds, or `200ms`, `12s`, `3m`, `1h`. */
export function toMilliseconds(duration: number | string): number {
  if (typeof duration === "number") return duration * 1_000;
  const unit = /[a-z]+$/.exec(duration)?.[0] ?? "s";
  return Number.parseFloat(duration) * (units[unit] ?? Number.NaN);
}
