import { compareText } from "../../kit/json.ts";
import { type Place, type Problem, problem } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import type { Project } from "../project.ts";
import { announcements, shutdowns, tableDate } from "./table.ts";

/** The shutdown date of a model and its source: `playbill.yaml`, the target, or the table in Playbill. */
export interface Sunset {
  /** The day of the shutdown, `YYYY-MM-DD`; `null` when none is announced. */
  date: string | null;
  source: "playbill.yaml" | "target" | "table";
}

/** The sources of shutdown dates. */
export interface SunsetSources {
  /** `models.sunset` of `playbill.yaml`. */
  declared: Project["sunset"];
  /** The dates from the target; `null` when it has none. */
  offered: ReadonlyMap<string, string | null> | null;
}

/** A model, by its name at the target, and what uses it. */
export interface ModelUse {
  model: string;
  /** Addresses, sorted. */
  usedBy: string[];
}

/** Days before the shutdown from which warnings are shown. */
const noticeDays = 90;
const soonDays = 30;

const dayLength = 86_400_000;

const dates = new Map(shutdowns.flatMap(({ on, models }) => models.map((model) => [model, on] as const)));

/** The models of the declared assistants, by name. */
export function modelUses(desired: readonly Desired[]): ModelUse[] {
  const uses = desired.flatMap(({ address, spec }) =>
    "model" in spec && typeof spec.model === "string" ? [{ model: spec.model, address }] : [],
  );
  return [...Map.groupBy(uses, ({ model }) => model)]
    .map(([model, all]) => ({ model, usedBy: all.map(({ address }) => address).toSorted(compareText) }))
    .toSorted((a, b) => compareText(a.model, b.model));
}

/** The shutdown of a model, from the first source that has it; `null` when none does. A fine-tuned model is shut down with its base model. */
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

/** Whole days from now (milliseconds since 1970) to the beginning of a day in UTC; zero or negative when it has begun. */
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
      return "The date is from playbill.yaml.";
    case "target":
      return "The date is from the target.";
    case "table":
      return `The date is from Playbill's table of ${tableDate}, used for targets without dates (${announcements}).`;
  }
}
