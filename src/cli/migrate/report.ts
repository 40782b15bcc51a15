import { cutEnd } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { Remark } from "../../scenarios/migrate/suite.ts";
import type { DraftScenario } from "../../scenarios/migrate/write.ts";

/** The result of converting a suite. */
export interface Migration {
  drafts: readonly DraftScenario[];
  missing: readonly Remark[];
  changed: readonly Remark[];
  isDry: boolean;
}

const longest = 200;
/** The number of places shown for a repeated remark. */
const mostPlaces = 3;

/** The result as text: what was written, what is different, and what is missing. */
export function renderMigration({ drafts, missing, changed, isDry }: Migration, command: string): string {
  const paths = drafts.flatMap(({ files, scenarios }) =>
    files.map(({ path }, index) => (index === 0 && scenarios > 1 ? `${path}  ${scenarios} scenarios` : path)),
  );
  const scenarios = drafts.reduce((sum, each) => sum + each.scenarios, 0);
  const unscripted = drafts.reduce((sum, each) => sum + (each.isScripted ? 0 : each.scenarios), 0);
  const done = isDry ? "would be written" : "written";
  const blocks = [
    paths.map((path) => `  ${path}`).join("\n"),
    remarksText("different from the suite:", changed),
    remarksText("not converted:", missing),
    `${count(scenarios, "scenario")} ${done}, ${missing.length === 0 ? "everything was converted" : `${count(missing.length, "thing")} could not be converted`}`,
    unscripted > 0
      ? `${unscripted} of them ${unscripted === 1 ? "has" : "have"} no script, and ${unscripted === 1 ? "needs" : "need"} a target with a model`
      : "",
    scenarios > 0 && !isDry ? `Next: ${command} test` : "",
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function remarksText(title: string, remarks: readonly Remark[]): string {
  if (remarks.length === 0) return "";
  const groups = [...Map.groupBy(remarks, ({ what, why }) => `${what}: ${why}`)];
  const lines = groups.map(([words, all]) => {
    const places = [...new Set(all.map(({ file, line }) => `${file}:${line}`))];
    const more = places.length - mostPlaces;
    const shown = `${places.slice(0, mostPlaces).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return `  ${printableLine(cutEnd(`${shown}  ${words}`, longest + shown.length))}`;
  });
  return [title, ...lines].join("\n");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The result as JSON. */
export function migrationJson({ drafts, missing, changed, isDry }: Migration): string {
  const written = drafts.flatMap(({ files }) => files.map(({ path }) => path));
  const scenarios = drafts.reduce((sum, each) => sum + each.scenarios, 0);
  const value = { format_version: 1, dry_run: isDry, files: written, scenarios, changed, not_carried_over: missing };
  return `${JSON.stringify(value, null, 2)}\n`;
}
