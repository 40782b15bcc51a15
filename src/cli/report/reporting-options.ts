import type { StoredHeader } from "../../scenarios/runs/run-header.ts";
import { earlierRuns } from "../../scenarios/runs/runs-folder.ts";
import { showsCoverage, storedSuiteCoverage } from "../coverage/suite.ts";
import { inShell } from "../../kit/shell.ts";
import type { World } from "../world.ts";
import type { ReporterOptions } from "./reporters.ts";

/** The options for reports from stored runs, as parsed by commander. */
export interface ReportingOptions {
  reporter?: string[];
  verbose?: true;
  json?: true;
}

/** The requested reporters; `--json` is one. */
export function wantedReporters({ reporter, json }: ReportingOptions): string[] {
  return json === true ? ["json", ...(reporter ?? [])] : (reporter ?? ["list"]);
}

/** The context of reporters for a stored run. */
export async function storedContext(
  world: World,
  root: string,
  header: Partial<StoredHeader>,
  options: ReportingOptions,
): Promise<ReporterOptions> {
  const { verbose } = options;
  const { target, deployed, replayed, repeat } = header;
  const at = target === undefined ? [] : [`--target ${inShell(target)}`];
  const again = [
    world.command(world.cwd),
    "test",
    ...at,
    ...(deployed === true ? ["--deployed"] : []),
    ...(typeof repeat === "number" ? [`--repeat ${repeat}`] : []),
    ...(replayed === true ? ["--replay"] : []),
  ];
  return {
    conversations: verbose === true,
    root,
    env: world.env,
    now: world.now,
    again: again.join(" "),
    repeat: (id) => [...again, `--id ${inShell(id)}`].join(" "),
    record: (ids) => recordCommand(world, target, ids),
    earlierRuns: (run) => earlierRuns(root, run),
    coverage: showsCoverage(wantedReporters(options)) ? await storedSuiteCoverage(world, target) : null,
  };
}

/** The maximum number of ids in a printed command. */
const mostIds = 8;

/** The command that records these scenarios again, or all scenarios when there are many. */
export function recordCommand(world: World, target: string | undefined, ids: readonly string[]): string {
  const chosen = ids.length > mostIds ? [] : ids.map((id) => `--id ${inShell(id)}`);
  const at = target === undefined ? [] : [`--target ${inShell(target)}`];
  return [world.command(world.cwd), "test --record", ...at, ...chosen].join(" ");
}
