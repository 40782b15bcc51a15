import { forEachBounded } from "../../kit/parallel.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { fileKind } from "../../resources/file/kind.ts";
import { temporaryRun } from "../../resources/owner.ts";
import type { Live, ResourceKind } from "../../resources/resource.ts";
import type { Registry, TestRun } from "../target.ts";
import { lastSign } from "./signs-of-life.ts";
import { uploadsOf } from "./temporary.ts";

/**
 * Objects of a run that is unknown here are deleted once the run has shown no sign of life for this many seconds. A run is alive as long as it
 * shows signs of life, however long it takes, on whatever machine.
 */
const longestSilence = 900;

/** The number of objects that are deleted in parallel. */
const together = 16;

interface Leftover {
  kind: ResourceKind;
  live: Live;
}

/**
 * Deletes what runs of this project at this target created and did not delete: of this run, objects whose answer was lost; of runs that are
 * known to have ended, everything; of others, everything once they show no sign of life any more.
 */
export async function removeLeftovers(run: TestRun, cleanup: Registry): Promise<void> {
  const found = new Map<string, Leftover[]>();
  for (const kind of markedKinds(run)) {
    for await (const live of cleanup.list(kind)) {
      const owner = live.marker === null ? null : temporaryRun(run, live.marker.owner);
      if (owner !== null) found.set(owner, [...(found.get(owner) ?? []), { kind, live }]);
    }
  }
  const known = new Set([run.runId, ...run.ended.map(({ runId }) => runId)]);
  const before = cleanup.time() - longestSilence;
  for (const [runId, all] of found) {
    const isSilent = all.every(({ live }) => lastSign(live) < before);
    if (known.has(runId) || isSilent) for (const each of all) await remove(cleanup, each);
  }
}

/** The marked kinds of objects that this run and the ended ones created, those that refer to others first. */
function markedKinds({ resources, ended }: TestRun): ResourceKind[] {
  const own = [...resources.values()].map(({ kind }) => kind);
  const all = new Set([assistantKind as ResourceKind, ...own, ...ended.flatMap(({ kinds }) => kinds)]);
  return [...all].filter(({ isMarked }) => isMarked);
}

async function remove(cleanup: Registry, { kind, live }: Leftover): Promise<void> {
  // The files can be found only while the object exists.
  const files = await uploadedFor(cleanup, kind, live);
  await forEachBounded(files, together, (id) => cleanup.delete(fileKind as ResourceKind, id));
  await cleanup.delete(kind, live.id);
}

/** The ids of the files that were uploaded for a temporary object, not of those that it only names. */
async function uploadedFor(cleanup: Registry, kind: ResourceKind, live: Live): Promise<string[]> {
  if (live.marker === null) return [];
  if (kind.name === assistantKind.name) {
    const { tools } = live.spec as AssistantSpec;
    const named = tools.flatMap((tool) => (tool.kind === "code_interpreter" ? tool.files : []));
    return uploadsOf(live.marker, named);
  }
  const traces = await Array.fromAsync(cleanup.traces(kind, live));
  return traces.filter((trace) => trace.kind === fileKind.name).map(({ id }) => id);
}
