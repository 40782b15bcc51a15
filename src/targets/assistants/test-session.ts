import type { Clock } from "../../kit/clock.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Live, Marker } from "../../resources/resource.ts";
import { shortHashOf } from "../../kit/hash.ts";
import { mayHaveArrived } from "../failure.ts";
import { once } from "../http/once.ts";
import { isTemporaryOwner, ownerText, parseOwner, temporaryAddress } from "../../resources/owner.ts";
import type { Conversation, OpeningMessage, Registry, TestedAssistant, TestRun, TestSession } from "../target.ts";

interface SessionDeps {
  registry: Registry;
  /** The same, for what is done after the command was interrupted too. */
  cleanup: Registry;
  clock: Clock;
  /** The end of the command. */
  signal: AbortSignal;
  /** How often a create whose answer was lost may be sent again. */
  retries: number;
  open(
    this: void,
    conversation: { assistantId: string; messages: OpeningMessage[]; metadata: Record<string, string> },
  ): Promise<Conversation>;
}

/** Copies left behind by a process that was killed are deleted once they are this old, in seconds. */
const leftoverAge = 3600;

/** A session that talks to declared assistants through throw-away copies, which carry a marker by which leftovers are found. */
export function createTestSession(run: TestRun, deps: SessionDeps): TestSession {
  const { registry, cleanup, clock, signal, retries, open } = deps;
  const owner = ownerText(run, temporaryAddress(run.runId));
  const copies = new Map<AssistantSpec, Promise<string>>();
  /** A create may have arrived although no answer said so. */
  let isUndecided = false;
  const create = async (spec: AssistantSpec) => {
    try {
      const marker = { owner, spec: shortHashOf(spec), rev: "" };
      const send = () =>
        registry.create(assistantKind, spec, marker).catch((error: unknown) => {
          isUndecided ||= mayHaveArrived(error);
          throw error;
        });
      const copy = await once({ send, find: () => findCopy(registry, marker), clock, signal, retries });
      return copy.id;
    } catch (error) {
      copies.delete(spec);
      throw error;
    }
  };
  const idOf = (assistant: TestedAssistant): Promise<string> => {
    if (typeof assistant === "string") return Promise.resolve(assistant);
    const copy = copies.get(assistant) ?? create(assistant);
    copies.set(assistant, copy);
    return copy;
  };
  const remove = (ids: readonly string[]) => Promise.all(ids.map((id) => cleanup.delete(assistantKind, id)));
  return {
    prepare: async (assistant) => void (await idOf(assistant)),
    open: async ({ assistant, messages, metadata }) => open({ assistantId: await idOf(assistant), messages, metadata }),
    async close() {
      // Without a copy there was nothing to leave behind, and nothing was asked of the target.
      if (copies.size === 0 && !isUndecided) return;
      const made = await Promise.allSettled(copies.values());
      await remove(made.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
      await remove(await leftoversOf(run, { registry: cleanup, clock, own: isUndecided ? owner : null }));
    },
  };
}

async function findCopy(registry: Registry, { owner, spec }: Marker): Promise<Live<AssistantSpec> | null> {
  for await (const live of registry.list(assistantKind)) {
    if (live.marker?.owner === owner && live.marker.spec === spec) return live;
  }
  return null;
}

/** Copies of runs that never ended; also those of `own`, after a create that failed and may have arrived all the same. */
async function leftoversOf(
  { project, target }: TestRun,
  { registry, clock, own }: { registry: Registry; clock: Clock; own: string | null },
): Promise<string[]> {
  const before = clock.now() / 1000 - leftoverAge;
  const ids: string[] = [];
  for await (const { id, createdAt, marker } of registry.list(assistantKind)) {
    if (marker === null || !isTemporaryOwner(marker.owner)) continue;
    const found = parseOwner(marker.owner);
    if (found?.project !== project || found.target !== target) continue;
    if (createdAt < before || marker.owner === own) ids.push(id);
  }
  return ids;
}
