import { basename, dirname } from "node:path";
import { readProject } from "../../api/load.ts";
import { suggest } from "../../kit/words.ts";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import { damagedText } from "../../scenarios/runs/unfinished.ts";
import { findRun } from "../../scenarios/runs/runs-folder.ts";
import { conversationOf } from "../../scenarios/transcripts/from-record.ts";
import type { World } from "../world.ts";
import { type Candidate, badConversation } from "./drafts.ts";
import { reportSaved } from "./report.ts";
import { saveConversations } from "./save.ts";
import { type SavingOptions, saveOptions } from "./saving-options.ts";

/** `playbill scenario from-run`: writes scenarios from the conversations of a stored run. */
export async function fromRun(
  world: World,
  run: string,
  ids: readonly string[],
  options: SavingOptions,
): Promise<number> {
  const { project, problems } = await readProject(world, { files: "none" });
  if (project === null) throw new ProblemError(problems);
  const stored = await findRun(project.root, world.cwd, run);
  const found = new Map<string, ScenarioResult>();
  const all = new Set<string>();
  const onDamaged = (line: number) => world.stderr.write(damagedText(stored.header.run, line));
  for await (const result of stored.results(onDamaged)) {
    all.add(result.id);
    if (ids.includes(result.id) || ids.some((id) => result.id.startsWith(`${id}[`))) found.set(result.id, result);
  }
  const unknown = ids.filter((id) => ![...found.keys()].some((each) => each === id || each.startsWith(`${id}[`)));
  if (unknown.length > 0) throw new ProblemError(unknown.map((id) => unknownScenario(id, [...all])));
  const candidates: Candidate[] = [];
  const left: Problem[] = [];
  for (const result of found.values()) {
    const seen =
      result.record === null
        ? null
        : conversationOf(result, result.record, `${basename(dirname(stored.path))}, ${result.id}`);
    if (seen === null) left.push(badConversation({ file: result.id, line: null }, "it has no replies in that run"));
    else candidates.push(seen);
  }
  const saved = await saveConversations(world, candidates, saveOptions(options));
  return reportSaved(world, saved, left, { json: options.json === true });
}

function unknownScenario(id: string, known: readonly string[]): Problem {
  const near = suggest(id, known);
  const hint =
    near === undefined
      ? `It has ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", ..." : ""}.`
      : `Did you mean "${near}"?`;
  return problem("unknown_scenario", `that run has no scenario "${id}"`, {
    hint: known.length === 0 ? "It has none." : hint,
  });
}
