import { fileSaying, pathFrom } from "../../project/draft.ts";
import type { Declared, Path } from "../../project/project.ts";
import type { WrittenAttachment } from "../../project/schemas/scenario/attach.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { TurnAttachment } from "../scenario.ts";

/** The files that a scenario names, by name; paths are from the project's root. */
export function readFiles(declared: Declared<WrittenScenario>): ReadonlyMap<string, string> {
  const entries = Object.entries(declared.value.files ?? {});
  return new Map(
    entries.map(([name, path]) => [name, pathFrom({ file: fileSaying(declared, ["files", name]) }, path)]),
  );
}

/** The attachments of a turn. Unknown names are omitted: a rule reports them. */
export function readAttachments(
  written: readonly WrittenAttachment[] | undefined,
  files: ReadonlyMap<string, string>,
  path: Path,
): TurnAttachment[] {
  return (written ?? []).flatMap(({ file: name, for: uses }, index) => {
    const file = files.get(name);
    if (file === undefined) return [];
    const tools = uses.filter((each) => each !== "vision");
    return [{ file, tools, isShown: uses.includes("vision"), path: [...path, index] }];
  });
}
