import { posix } from "node:path";
import { fitsGlob } from "../../kit/glob.ts";
import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import type { Declared, Path } from "../../project/project.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import { unknownReference } from "../../project/rules/reference.ts";
import { filesOfStore } from "../../project/resolve-vector-store.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import { hasExpressions } from "../../project/expression.ts";
import type { ScenarioBody } from "../scenario.ts";

/** Findings about files that an assistant should cite: it searches no files, or none of that name. `attached` are the files that the user adds. */
export function citedFindings(
  glob: string | null,
  path: Path,
  assistant: Declared<WrittenAssistant>,
  draft: Draft,
  attached: readonly string[],
): Finding[] {
  const tools = toolNamesOf(assistant, draft);
  if (!tools.includes("file_search")) return [withoutTool("file_search", "cannot cite anything", path.slice(0, -1))];
  const stored = searchedBy(assistant, draft);
  if (stored === null || glob === null || hasExpressions(glob)) return [];
  const names = [...new Set([...stored, ...attached])];
  return names.some((name) => fitsGlob(name, glob)) ? [] : [unknownReference("file", glob, names, path)];
}

/** The names of the files that a scenario's user attaches for the assistant to search. */
export function attachedForSearch({ turns }: ScenarioBody): string[] {
  return turns.flatMap(({ attachments }) =>
    attachments.flatMap(({ file, tools }) => (tools.includes("file_search") ? [posix.basename(file)] : [])),
  );
}

/** The finding for an expectation that requires a built-in tool the assistant lacks. */
export function builtInFindings(
  tool: "code_interpreter",
  path: Path,
  assistant: Declared<WrittenAssistant>,
  draft: Draft,
): Finding[] {
  return toolNamesOf(assistant, draft).includes(tool) ? [] : [withoutTool(tool, "cannot create files", path)];
}

function withoutTool(tool: string, what: string, path: Path): Finding {
  const message = `this can never hold: the assistant has no ${tool}, so it ${what}`;
  return { path, at: "key", code: "never_holds", message };
}

/** The names of the files in the store that an assistant searches; `null` when they are not known. */
function searchedBy({ value }: Declared<WrittenAssistant>, draft: Draft): string[] | null {
  const search = (value.tools ?? []).find((tool) => typeof tool === "object" && "file_search" in tool);
  const store = typeof search === "object" && "file_search" in search ? search.file_search.vector_store : undefined;
  const declared = typeof store === "string" ? draft.vectorStores.get(store) : undefined;
  if (declared === undefined || declared.value.files.some((file) => typeof file !== "string")) return null;
  return [...new Set([...filesOfStore(declared, draft).keys()].map((path) => posix.basename(path)))];
}
