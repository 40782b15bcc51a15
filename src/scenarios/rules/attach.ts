import type { WrittenSpokenTurn, WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import { posix } from "node:path";
import type { Finding } from "../../project/finding.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import { unknownReference } from "../../project/rules/reference.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";

/** The file name extensions of images that the API shows to a model. */
const images = new Set([".gif", ".jpeg", ".jpg", ".png", ".webp"]);

/** A simulated user attaches nothing. */
function attachedIn(turn: WrittenTurn): NonNullable<WrittenSpokenTurn["attach"]> {
  return "simulate" in turn ? [] : (turn.attach ?? []);
}

/** Attachments must be files of the scenario, for tools that the assistant has; files for vision must be images. */
export const attachmentsFit: Rule<WrittenScenario> = ({ value }, draft) => {
  const { files = {}, turns } = value;
  const assistant = draft.assistants.get(value.assistant);
  const tools = assistant === undefined ? null : toolNamesOf(assistant, draft);
  return turns.flatMap((written, turn) =>
    attachedIn(written).flatMap(({ file: name, for: uses }, index): Finding[] => {
      const path = ["turns", turn, "attach", index];
      const file = files[name];
      if (file === undefined) return [unknownReference("file", name, Object.keys(files), [...path, "file"])];
      return uses.flatMap((use, at): Finding[] => {
        const place = [...path, "for", at];
        if (use !== "vision") return tools === null || tools.includes(use) ? [] : [missingTool(use, place)];
        if (images.has(posix.extname(file).toLowerCase())) return [];
        const hint = `File names of images end in ${[...images].join(", ")}.`;
        return [{ path: place, code: "unsupported_file", message: `"${file}" is not an image`, hint }];
      });
    }),
  );
};

/** Every file of a scenario must be attached by a turn. */
export const filesAreAttached: Rule<WrittenScenario> = ({ value: { files = {}, turns } }) => {
  const used = new Set(turns.flatMap((turn) => attachedIn(turn).map(({ file }) => file)));
  return Object.keys(files)
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: ["files", name],
      at: "key",
      code: "unused",
      message: `no turn attaches the file ${name}`,
    }));
};

function missingTool(tool: string, path: Finding["path"]): Finding {
  const message = `the assistant of this scenario has no ${tool}, so nothing can read the file`;
  return { path, code: "unknown_reference", message, hint: `Add ${tool} to its tools, or remove it here.` };
}
