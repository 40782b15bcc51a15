import { assistantKind } from "../../resources/assistant/kind.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { pullAssistant } from "./assistant-pull.ts";
import type { PullInput, Pulled } from "./pull.ts";
import { pullVectorStore } from "./vector-store-pull.ts";

const pullers = new Map<string, (input: PullInput) => Pulled>([
  [assistantKind.name, pullAssistant],
  [vectorStoreKind.name, pullVectorStore],
]);

/** The changes to an object's files when its edits at the target are written into them. Throws for a kind without files. */
export function pullInto(input: PullInput): Pulled {
  const puller = pullers.get(input.desired.kind);
  if (puller === undefined) throw new Error(`nothing writes ${input.desired.kind}`);
  return puller(input);
}
