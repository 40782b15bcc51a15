import type { Place } from "../../problem.ts";
import type { Declared, Path } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { WrittenQuarantine } from "../../project/schemas/quarantine.ts";
import type { Loss } from "./loss.ts";
import { scenarioLosses } from "./scenario-losses.ts";

/** A scenario file of a suite, and the ids of its scenarios. */
export interface SuiteFile {
  declared: Declared<WrittenScenario>;
  ids: readonly string[];
}

/** A loss of a suite, with its place. */
export interface SuiteLoss {
  /** The id of the scenario; without a cell, unless the cell itself is lost. */
  scenario: string;
  how: Loss["how"];
  what: string;
  /** `then` when the place is in the files of the earlier suite. */
  in: "then" | "now";
  place: Place;
}

/** The expectations that a suite lost or weakened compared with another one; empty when it is equal or stricter. */
export function suiteLosses(before: readonly SuiteFile[], after: readonly SuiteFile[]): SuiteLoss[] {
  const now = new Map(after.map((file) => [idOf(file), file]));
  return before.flatMap((file): SuiteLoss[] => {
    const scenario = idOf(file);
    const there = now.get(scenario);
    const then = (path: Path, what: string, id = scenario): SuiteLoss => ({
      scenario: id,
      how: "removed",
      what,
      in: "then",
      place: file.declared.place(path, "key"),
    });
    if (there === undefined) return [then(["turns"], "the scenario")];
    const cells = file.ids
      .filter((id) => id !== scenario && !there.ids.includes(id))
      .map((id) => then(["matrix"], "the scenario", id));
    const losses = scenarioLosses(file.declared.value, there.declared.value).map(({ how, at, what }): SuiteLoss => {
      if (how === "removed") return then(at, what);
      return { scenario, how, what, in: "now", place: there.declared.place(at, "key") };
    });
    return [...cells, ...losses];
  });
}

/** The losses by quarantines that are new or were extended. */
export function quarantineLosses(
  before: Pick<Declared<WrittenQuarantine>, "value"> | null,
  after: Declared<WrittenQuarantine> | null,
): SuiteLoss[] {
  if (after === null) return [];
  return Object.entries(after.value.scenarios).flatMap(([scenario, { expires }]): SuiteLoss[] => {
    const then = before?.value.scenarios[scenario]?.expires ?? "";
    if (expires <= then) return [];
    const place = after.place(["scenarios", scenario], "key");
    return [{ scenario, how: "weakened", what: `it is in quarantine until ${expires}`, in: "now", place }];
  });
}

function idOf({ declared: { name, value } }: SuiteFile): string {
  return value.id ?? name;
}
