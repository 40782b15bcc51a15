import { compareText } from "../../kit/json.ts";
import { type Place, type Problem, problem } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import type { Project } from "../project.ts";
import { announcements, shutdowns, tableDate } from "./table.ts";

/** What is known of a model's end, and who says so: `playbill.yaml`, the target, or the table that Playbill ships. */
export interface Sunset {
  /** The day from which it is not served, `YYYY-MM-DD`; `null`: none is announced. */
  date: string | null;
  source: "playbill.yaml" | "target" | "table";
}

/** Whom to ask for the end of a model. */
export interface SunsetSources {
  /** `models.sunset` of `playbill.yaml`. */
  declared: Project["sunset"];
  /** What the target says of its models; `null` when it does not say. */
  offered: ReadonlyMap<string, string | null> | null;
}

/** A model, as a target calls it, and who uses it. */
export interface ModelUse {
  model: string;
  /** Addresses, sorted. */
  usedBy: string[];
}

/** Warnings begin so many days before the end, and say it again with less time left. */
const noticeDays = 90;
const soonDays = 30;

const dayLength = 86_400_000;

const dates = new Map(shutdowns.flatMap(({ on, models }) => models.map((model) => [model, on] as const)));

/** The models of what is declared, by name. */
export function modelUses(desired: readonly Desired[]): ModelUse[] {
  const uses = desired.flatMap(({ address, spec }) =>
    "model" in spec && typeof spec.model === "string" ? [{ model: spec.model, address }] : [],
  );
  return [...Map.groupBy(uses, ({ model }) => model)]
    .map(([model, all]) => ({ model, usedBy: all.map(({ address }) => address).toSorted(compareText) }))
    .toSorted((a, b) => compareText(a.model, b.model));
}

/** The end of a model, by the first source that knows it; `null` when none does. A fine-tuned model ends with the one it was made of. */
export function sunsetOf(model: string, { declared, offered }: SunsetSources): Sunset | null {
  const [, base = model] = /^ft:([^:]+):/.exec(model) ?? [];
  for (const name of new Set([model, base])) {
    const date = declared.get(name);
    if (date !== undefined) return { date, source: "playbill.yaml" };
  }
  if (offered !== null) {
    const date = offered.get(model) ?? offered.get(base);
    return date === undefined ? null : { date, source: "target" };
  }
  const date = dates.get(model) ?? dates.get(base);
  return date === undefined ? null : { date, source: "table" };
}

/** Whole days from now (milliseconds since 1970) to the beginning of a day in UTC; not positive when it has begun. */
export function daysUntil(date: string, now: number): number {
  return Math.ceil((Date.parse(`${date}T00:00:00Z`) - now) / dayLength);
}

/** A warning for each model that ends soon, or has ended; an error for those that end within `failOn` days. */
export function sunsetProblems(
  uses: readonly ModelUse[],
  sources: SunsetSources,
  { now, failOn, placeOf }: { now: number; failOn: number | null; placeOf: (address: string) => Place | undefined },
): Problem[] {
  return uses.flatMap(({ model, usedBy }) => {
    const sunset = sunsetOf(model, sources);
    if (sunset === null || sunset.date === null) return [];
    const days = daysUntil(sunset.date, now);
    if (days > Math.max(noticeDays, failOn ?? 0)) return [];
    const place = placeOf(usedBy[0] ?? "");
    return [
      problem("model_sunset", `${model} ${endWords(sunset.date, days)}; ${usersText(usedBy)}`, {
        severity: failOn !== null && days <= failOn ? "error" : "warning",
        hint: `${saidBy(sunset)}\nChoose another model, or correct the date under \`models.sunset\` in playbill.yaml.`,
        ...(place !== undefined && { place }),
      }),
    ];
  });
}

function endWords(date: string, days: number): string {
  if (days <= 0) return `was shut down on ${date}`;
  const left = `${days} ${days === 1 ? "day" : "days"}`;
  return days <= soonDays ? `is shut down in only ${left}, on ${date}` : `is shut down in ${left}, on ${date}`;
}

function usersText(usedBy: readonly string[]): string {
  const [first, second, ...others] = usedBy;
  if (second === undefined) return `${first} uses it`;
  return others.length === 0 ? `${first} and ${second} use it` : `${first}, ${second} and ${others.length} more use it`;
}

function saidBy({ source }: Sunset): string {
  switch (source) {
    case "playbill.yaml":
      return "playbill.yaml says so.";
    case "target":
      return "The target says so.";
    case "table":
      return `By the table of ${tableDate} that Playbill ships, for targets that do not say (${announcements}).`;
  }
}
