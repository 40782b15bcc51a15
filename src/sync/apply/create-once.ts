import { ProblemError } from "../../problem.ts";
import type { AssistantSpec, LiveAssistant, Marker } from "../../resources/assistant/spec.ts";
import type { Registry } from "../../targets/target.ts";

/** Creates an object, and tries again only after looking whether the first request had arrived after all. */
export async function createOnce(registry: Registry, spec: AssistantSpec, marker: Marker): Promise<LiveAssistant> {
  try {
    return await registry.createAssistant(spec, marker);
  } catch (error) {
    if (!mayHaveArrived(error)) throw error;
    return (await findByOwner(registry, marker.owner)) ?? registry.createAssistant(spec, marker);
  }
}

/** A lost answer, a time-out, a conflict, a rate limit or a server's failure; every other refusal is final. */
function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const status = error.problems[0]?.api?.status ?? null;
  return status === null || status === 408 || status === 409 || status === 429 || status >= 500;
}

async function findByOwner(registry: Registry, owner: string): Promise<LiveAssistant | null> {
  for await (const live of registry.listAssistants()) {
    if (live.marker?.owner === owner) return live;
  }
  return null;
}
