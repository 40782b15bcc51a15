import type { Draft } from "../draft.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { WrittenTool } from "../schemas/tool.ts";
import type { WrittenVectorStore } from "../schemas/vector-store.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "./rule.ts";

type AssistantTool = NonNullable<WrittenAssistant["tools"]>[number];

/** Warns about a tool that no assistant has. */
export const toolIsUsed: Rule<WrittenTool> = ({ name }, draft) =>
  unused(draft, "tool", (tool) => typeof tool === "object" && "function" in tool && tool.function === name);

/** Warns about a vector store that no assistant searches. */
export const vectorStoreIsUsed: Rule<WrittenVectorStore> = ({ name }, draft) =>
  unused(
    draft,
    "vector store",
    (tool) => typeof tool === "object" && "file_search" in tool && tool.file_search.vector_store === name,
  );

function unused({ assistants, names }: Draft, what: string, uses: (tool: AssistantTool) => boolean): Finding[] {
  // An unreadable assistant may use it.
  if (assistants.size < names.assistants.length) return [];
  if ([...assistants.values()].some(({ value }) => value.tools?.some(uses))) return [];
  return [{ path: [], at: "key", code: "unused", message: `no assistant uses this ${what}` }];
}
