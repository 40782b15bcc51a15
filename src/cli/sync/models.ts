import { daysUntil, modelUses, sunsetOf } from "../../project/sunset/sunset.ts";
import { announcements, tableDate } from "../../project/sunset/table.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { neededFor, openPlanning } from "../../api/planning.ts";
import { sunsetSources } from "./sunset.ts";
import type { World } from "../world.ts";

interface Options {
  target?: string;
  json?: true;
}

/** `playbill models`: lists the models that the project uses at a target, their shutdown dates, and the assistants that use them. */
export async function models(world: World, { target, json }: Options): Promise<number> {
  const { project, open, desired } = await openPlanning(world, target, { willWrite: false, need: neededFor([]) });
  try {
    const sources = await sunsetSources(project, open);
    const rows = modelUses(desired).map(({ model, usedBy }) => {
      const sunset = sunsetOf(model, sources);
      const date = sunset?.date ?? null;
      const days = date === null ? null : daysUntil(date, world.now());
      return { model, shutdown_date: date, days_left: days, source: sunset?.source ?? null, used_by: usedBy };
    });
    if (json === true) {
      const table = { date: tableDate, announcements };
      world.stdout.write(`${JSON.stringify({ format_version: 1, target: open.name, table, models: rows }, null, 2)}\n`);
      return 0;
    }
    for (const row of rows)
      world.stdout.write(`${printableLine(`${row.model}  ${until(row)}`)}\n${users(row.used_by)}`);
    return 0;
  } finally {
    await open.close();
  }
}

function until({
  shutdown_date: date,
  days_left: days,
  source,
}: {
  shutdown_date: string | null;
  days_left: number | null;
  source: string | null;
}): string {
  if (date === null || days === null) return source === null ? "no shutdown date known" : "no shutdown announced";
  const by =
    source === "table"
      ? `according to the table of ${tableDate}`
      : `according to ${source === "target" ? "the target" : source}`;
  return days <= 0
    ? `shut down on ${date} (${by})`
    : `until ${date}, ${days} ${days === 1 ? "day" : "days"} left (${by})`;
}

function users(addresses: readonly string[]): string {
  return addresses.map((address) => `    ${printableLine(address)}\n`).join("");
}
