import { fail } from "../../problem.ts";
import { suggest } from "../../kit/words.ts";
import type { Scenario } from "../scenario.ts";
import { type Pattern, parsePattern, patternFault } from "../../schema/pattern.ts";

/** A selection of scenarios. Each criterion that is not empty narrows the selection; within one, any entry may match. */
export interface Selection {
  /** Files or folders, from the project's root. */
  paths: readonly string[];
  tags: readonly string[];
  notTags: readonly string[];
  /** A regular expression on id and name; a leading `(?i)` ignores case. */
  grep: string | null;
  /** Ids, with or without a matrix cell. */
  ids: readonly string[];
}

/**
 * The selected scenarios or, if no ids are given and some of them have `only: true`, only those. Throws a ProblemError when something in the selection does not
 * exist, and for `only` in continuous integration.
 */
export function selectScenarios(scenarios: readonly Scenario[], selection: Selection, isCI: boolean): Scenario[] {
  refuseUnknown(scenarios, selection);
  const grep = selection.grep === null ? null : readGrep(selection.grep);
  const selected = scenarios.filter(
    (scenario) =>
      fitsAny(selection.paths, (path) => isUnder(scenario.file, path)) &&
      fitsAny(selection.tags, (tag) => hasTag(scenario, tag)) &&
      !selection.notTags.some((tag) => hasTag(scenario, tag)) &&
      fitsAny(selection.ids, (id) => hasId(scenario, id)) &&
      (grep === null || grep.test(`${scenario.id} ${scenario.name}`)),
  );
  // Explicit ids take precedence over `only`.
  const only = selection.ids.length > 0 ? [] : selected.filter(({ only }) => only);
  const [first] = only;
  if (first === undefined) return selected;
  if (!isCI) return only;
  return fail("only_in_ci", `the scenario ${first.id} has only: true`, {
    hint: "Remove it: it hides every other scenario, which is not allowed when CI is set.",
    place: first.place(["only"], "key"),
  });
}

/** Why a scenario is skipped, or `null`. With `until`, it runs again from that date on. */
export function skipReason({ skip }: Scenario, today: string): string | null {
  if (skip === null || (skip.until !== null && today >= skip.until)) return null;
  return skip.until === null ? skip.reason : `${skip.reason} (until ${skip.until})`;
}

function refuseUnknown(scenarios: readonly Scenario[], { ids, paths }: Selection): void {
  for (const id of ids) {
    if (scenarios.some((scenario) => hasId(scenario, id))) continue;
    const near = suggest(
      id,
      scenarios.flatMap((each) => [each.id, each.baseId]),
    );
    fail(
      "unknown_scenario",
      `there is no scenario with the id ${id}`,
      near === undefined ? {} : { hint: `did you mean "${near}"?` },
    );
  }
  for (const path of paths) {
    if (scenarios.some(({ file }) => isUnder(file, path))) continue;
    fail("no_scenario_there", `there is no scenario in ${path}`, {
      hint: "Name a file or a folder under scenarios/.",
    });
  }
}

function readGrep(grep: string): Pattern {
  const fault = patternFault(grep);
  if (fault !== null) return fail("bad_regex", `--grep ${grep}: ${fault.message}`, { hint: fault.hint });
  return parsePattern(grep);
}

function fitsAny<T>(wanted: readonly T[], fits: (each: T) => boolean): boolean {
  return wanted.length === 0 || wanted.some(fits);
}

function hasTag({ tags }: Scenario, tag: string): boolean {
  return tags.includes(tag);
}

function hasId(scenario: Scenario, id: string): boolean {
  return scenario.id === id || scenario.baseId === id;
}

function isUnder(file: string, path: string): boolean {
  const plain = path.replace(/^\.\//, "").replace(/\/+$/, "");
  return plain === "" || plain === "." || file === plain || file.startsWith(`${plain}/`);
}
