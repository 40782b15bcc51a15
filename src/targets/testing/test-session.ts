import type { Clock } from "../../kit/clock.ts";
import { forEachBounded } from "../../kit/parallel.ts";
import { ProblemError } from "../../problem.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { ResourceKind } from "../../resources/resource.ts";
import type { Conversation, OpeningMessage, Registry, TestedAssistant, TestRun, TestSession } from "../target.ts";
import { removeLeftovers } from "./leftovers.ts";
import { createSignsOfLife } from "./signs-of-life.ts";
import { type FindUnchanged, type TemporaryObjects, createTemporaryObjects } from "./temporary.ts";

interface SessionDeps {
  registry: Registry;
  /** The same registry, with requests that run even after an interrupt. */
  cleanup: Registry;
  clock: Clock;
  open(
    this: void,
    conversation: { assistantId: string; messages: OpeningMessage[]; metadata: Record<string, string> },
    objects: Pick<TemporaryObjects, "idOfAddress" | "idOfMade">,
  ): Promise<Conversation>;
  findUnchanged?: FindUnchanged;
}

/** The number of objects that are deleted in parallel. */
const together = 16;

/**
 * A session that talks to declared assistants through throw-away copies of them and of their knowledge, which carry a marker by which
 * leftovers are found.
 */
export function createTestSession(
  run: TestRun,
  { registry, cleanup, clock, open, findUnchanged }: SessionDeps,
): TestSession {
  const signs = createSignsOfLife(registry, clock);
  const objects = createTemporaryObjects(run, registry, signs.begin, findUnchanged);
  const idOf = (assistant: TestedAssistant): Promise<string> =>
    typeof assistant === "string" ? Promise.resolve(assistant) : objects.idOf(assistant);
  return {
    prepare: async (assistant) => void (await idOf(assistant)),
    async upload(files, model) {
      for (const some of chunks([...new Set(files)], mostHeld)) await objects.idOf(holderOf(some, model));
    },
    open: async ({ assistant, messages, metadata }) =>
      open({ assistantId: await idOf(assistant), messages, metadata }, objects),
    async close() {
      const made = await objects.made();
      signs.end();
      // Nothing was created, so nothing can be left behind, and the target was not contacted.
      if (made.length === 0 && !objects.isUndecided() && run.ended.length === 0) return;
      await removeAll(cleanup, made);
      try {
        await removeLeftovers(run, cleanup);
      } catch (error) {
        // A dead target has been reported already; a later run deletes what may have arrived there. Objects of other runs still have to be deleted.
        if (made.length > 0 || run.ended.length > 0 || !isGivenUp(error)) throw error;
      }
    },
  };
}

/** The API's limit of files of an assistant. */
const mostHeld = 20;

/** An assistant whose only purpose is to name files: they have no marker, and are found again through it. */
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

/** True when the target has been given up. */
function isGivenUp(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.every(({ scope }) => scope === "target");
}

/** Deletes objects kind by kind, those that refer to others first. */
async function removeAll(cleanup: Registry, objects: readonly { kind: ResourceKind; id: string }[]): Promise<void> {
  for (const [kind, group] of Map.groupBy(objects, (each) => each.kind))
    await forEachBounded(group, together, ({ id }) => cleanup.delete(kind, id));
}
