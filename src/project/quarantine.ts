import { isDay } from "../kit/duration.ts";
import { didYouMean } from "../kit/words.ts";
import type { Problem } from "../problem.ts";
import { readDeclared } from "./declared-file.ts";
import { openProjectFiles, readSchema } from "./files.ts";
import { type Finding, toProblem } from "./finding.ts";
import { quarantineFile } from "./folders.ts";
import type { Declared } from "./project.ts";
import type { WrittenQuarantine } from "./schemas/quarantine.ts";

/** Why the verdict of a scenario temporarily does not count. */
export type Quarantine = WrittenQuarantine["scenarios"][string];

/** The quarantine of a project, by the ids of its scenarios. */
export type Quarantines = ReadonlyMap<string, Quarantine>;

/** The ids of a project's scenarios. */
export interface KnownIds {
  /** Of the files, without cells. */
  bases: readonly string[];
  /** The ids of all cells; `null` when they were not expanded. */
  cells: readonly string[] | null;
}

/**
 * Reads the quarantine of the project in `root`: the entries in force on that day (`2026-12-31`), and the problems. Expired entries are a
 * warning.
 */
export function loadQuarantine(
  root: string,
  today: string,
  known: KnownIds,
): { quarantines: Quarantines; problems: Problem[] } {
  const files = openProjectFiles(root);
  if (files.find(quarantineFile).kind === "refused") return { quarantines: new Map(), problems: [] };
  const kind = { kind: "quarantine", schema: readSchema("quarantine") } as const;
  const { declared, problems } = readDeclared<WrittenQuarantine>(files, quarantineFile, kind);
  if (declared === null) return { quarantines: new Map(), problems };
  const entries = Object.entries(declared.value.scenarios);
  const holding = entries.filter(([, { expires }]) => today < expires);
  const findings = entries.flatMap(([id, entry]) => findingsOf(id, entry, today, known));
  return {
    quarantines: new Map(holding),
    problems: [...problems, ...findings.map((each) => toProblem(declared satisfies Declared<unknown>, each))],
  };
}

/** The quarantine file of a project; `null` when there is no readable one. */
export function readQuarantine(root: string): Declared<WrittenQuarantine> | null {
  const files = openProjectFiles(root);
  if (files.find(quarantineFile).kind === "refused") return null;
  const kind = { kind: "quarantine", schema: readSchema("quarantine") } as const;
  return readDeclared<WrittenQuarantine>(files, quarantineFile, kind).declared;
}

/** The quarantine of a scenario: that of its cell takes precedence over that of all cells. */
export function quarantineOf(
  quarantines: Quarantines,
  { id, baseId }: { id: string; baseId: string },
): Quarantine | null {
  return quarantines.get(id) ?? quarantines.get(baseId) ?? null;
}

function findingsOf(id: string, { expires }: Quarantine, today: string, known: KnownIds): Finding[] {
  const path = ["scenarios", id];
  if (!isKnown(id, known)) return [unknownScenario(id, known)];
  if (!isDay(expires))
    return [{ path: [...path, "expires"], code: "bad_date", message: `${expires} is not a valid date` }];
  if (today < expires) return [];
  const message = `the quarantine of ${id} ended on ${expires}: the scenario counts again`;
  const hint = "Remove it if the scenario passes, or set a new date with a reason.";
  return [{ path: [...path, "expires"], code: "quarantine_ended", message, hint }];
}

function isKnown(id: string, { bases, cells }: KnownIds): boolean {
  const base = id.replace(/\[.*$/s, "");
  if (base === id || cells === null) return bases.includes(base);
  return cells.includes(id);
}

function unknownScenario(id: string, { bases, cells }: KnownIds): Finding {
  return {
    path: ["scenarios", id],
    at: "key",
    code: "unknown_scenario",
    message: `there is no scenario with the id ${id}`,
    ...didYouMean(id, [...bases, ...(cells ?? [])]),
  };
}
