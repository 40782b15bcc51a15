import { pathFrom } from "./draft.ts";
import type { Declared, Path } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";

interface WrittenPart {
  path: Path;
  part: string | { file: string };
}

/** A part of an assistant's instructions: text in the YAML, or a file it refers to. */
export interface InstructionPart {
  /** Where it is written. */
  path: Path;
  /** The named file, by path from the root; `null` for text in the YAML. */
  file: string | null;
  text: string;
  /** True if `${{ }}` in it is an expression. */
  hasExpressions: boolean;
}

/** The parts as written, each with its path. */
export function writtenParts({ instructions }: Pick<WrittenAssistant, "instructions">): WrittenPart[] {
  if (instructions === undefined) return [];
  if (!Array.isArray(instructions)) return [{ path: ["instructions"], part: instructions }];
  return instructions.map((part, index) => ({ path: ["instructions", index], part }));
}

/** The files that an assistant's instructions refer to, by path from the root. */
export function instructionFilesOf(declared: Declared<WrittenAssistant>): string[] {
  return writtenParts(declared.value).flatMap(({ part }) =>
    typeof part === "string" ? [] : pathFrom(declared, part.file),
  );
}

/** The parts of an assistant's instructions, in order, without files whose text is unknown. */
export function instructionParts(
  declared: Declared<WrittenAssistant>,
  texts: ReadonlyMap<string, string>,
): InstructionPart[] {
  const { expressions: hasExpressions = false } = declared.value;
  return writtenParts(declared.value).flatMap(({ path, part }): InstructionPart[] => {
    if (typeof part === "string") return [{ path, file: null, text: part, hasExpressions: true }];
    const file = pathFrom(declared, part.file);
    const text = texts.get(file);
    return text === undefined ? [] : [{ path: [...path, "file"], file, text, hasExpressions }];
  });
}

/** All parts as one text, separated by blank lines; line ends are `\n`. */
export function joinInstructions(texts: readonly string[]): string {
  const unix = texts.map((text) => text.replaceAll("\r\n", "\n"));
  if (unix.length === 0) return "";
  return unix.reduce((before, after) => `${before.replace(/\n+$/, "")}\n\n${after.replace(/^\n+/, "")}`);
}
