import type { Clock } from "../../kit/clock.ts";
import { forEachBounded } from "../../kit/parallel.ts";
import { ProblemError } from "../../problem.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { fileKind } from "../../resources/file/kind.ts";
import { isTemporaryOwner, ownerText, parseOwner, temporaryAddress } from "../../resources/owner.ts";
import type { Live, ResourceKind } from "../../resources/resource.ts";
import type { Conversation, OpeningMessage, Registry, TestedAssistant, TestRun, TestSession } from "../target.ts";
import { createTemporaryObjects, uploadsOf } from "./temporary.ts";

interface SessionDeps {
  registry: Registry;
  /** The same, for what is done after the command was interrupted too. */
  cleanup: Registry;
  clock: Clock;
  open(
    this: void,
    conversation: { assistantId: string; messages: OpeningMessage[]; metadata: Record<string, string> },
    fileId: (address: string) => Promise<string>,
  ): Promise<Conversation>;
}

/** What a process that was killed has left behind is deleted once it is this old, in seconds. */
const leftoverAge = 3600;

/** Objects that are deleted at once. */
const together = 16;

/**
 * A session that talks to declared assistants through throw-away copies of them and of their knowledge, which carry a marker by which
 * leftovers are found.
 */
export function createTestSession(run: TestRun, { registry, cleanup, clock, open }: SessionDeps): TestSession {
  const objects = createTemporaryObjects(run, registry);
  const idOf = (assistant: TestedAssistant): Promise<string> =>
    typeof assistant === "string" ? Promise.resolve(assistant) : objects.idOf(assistant);
  return {
    prepare: async (assistant) => void (await idOf(assistant)),
    async upload(files, model) {
      for (const some of chunks([...new Set(files)], mostHeld)) await objects.idOf(holderOf(some, model));
    },
    open: async ({ assistant, messages, metadata }) =>
      open({ assistantId: await idOf(assistant), messages, metadata }, objects.idOfAddress),
    async close() {
      const made = await objects.made();
      // Without anything made there was nothing to leave behind, and nothing was asked of the target.
      if (made.length === 0 && !objects.isUndecided()) return;
      await removeAll(cleanup, made);
      try {
        for (const kind of markedKinds(run)) await removeLeftovers(run, kind, { cleanup, clock });
      } catch (error) {
        // A target that is gone was said to be so; a later run deletes what may have arrived there.
        if (made.length > 0 || !isGivenUp(error)) throw error;
      }
    },
  };
}

/** The most files that an assistant of the API has. */
const mostHeld = 20;

/** An assistant that nobody talks to: files have no marker, and this is how those that it has are found again. */
function holderOf(files: readonly string[], model: string): AssistantSpec {
  return {
    name: "files of scenarios",
    description: null,
    model,
    instructions: null,
    temperature: null,
    top_p: null,
    response_format: "auto",
    reasoning_effort: null,
    tools: [{ kind: "code_interpreter", files: [...files] }],
    metadata: {},
  };
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, nth) => all.slice(nth * size, (nth + 1) * size));
}

/** True when nothing is asked of the target any more. */
function isGivenUp(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.every(({ scope }) => scope === "target");
}

/** The kinds of what a run makes with a marker, those that refer to others first. */
function markedKinds({ resources }: TestRun): ResourceKind[] {
  const others = new Set([...resources.values()].map(({ kind }) => kind));
  return [assistantKind as ResourceKind, ...others].filter(({ isMarked }) => isMarked);
}

/** Deletes objects, kind by kind: what refers to others goes before them. */
async function removeAll(cleanup: Registry, objects: readonly { kind: ResourceKind; id: string }[]): Promise<void> {
  for (const [kind, group] of Map.groupBy(objects, (each) => each.kind))
    await forEachBounded(group, together, ({ id }) => cleanup.delete(kind, id));
}

/** Deletes what runs made that never ended, and what of this one arrived although no answer said so. */
async function removeLeftovers(
  run: TestRun,
  kind: ResourceKind,
  { cleanup, clock }: Pick<SessionDeps, "cleanup" | "clock">,
): Promise<void> {
  const own = ownerText(run, temporaryAddress(run.runId));
  const before = clock.now() / 1000 - leftoverAge;
  const found: Live[] = [];
  for await (const live of cleanup.list(kind)) {
    if (isOfOtherRun(live, run) && (live.createdAt < before || live.marker?.owner === own)) found.push(live);
  }
  for (const live of found) {
    // As long as the object is there, its files can be found.
    const files = await uploadedFor(cleanup, kind, live);
    await forEachBounded(files, together, (id) => cleanup.delete(fileKind as ResourceKind, id));
    await cleanup.delete(kind, live.id);
  }
}

/** True for what a run of this project at this target made for itself. */
function isOfOtherRun({ marker }: Live, { project, target }: TestRun): boolean {
  if (marker === null || !isTemporaryOwner(marker.owner)) return false;
  const found = parseOwner(marker.owner);
  return found?.project === project && found.target === target;
}

/** The ids of the files that were uploaded for a temporary object, never those that it only names. */
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
