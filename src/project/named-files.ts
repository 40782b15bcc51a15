import { posix } from "node:path";
import { didYouMean } from "../kit/words.ts";
import type { Draft } from "./draft.ts";
import { pathFrom } from "./draft.ts";
import { leavesProject } from "./files.ts";
import type { ProjectFiles, Refusal } from "./files.ts";
import { toProblem } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { OwnedProblem } from "./folders.ts";
import { writtenParts } from "./instructions.ts";
import type { Declared, Path } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { ScenarioSide } from "./scenario-side.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";

/** A file that a YAML file names: its text is read, or it must only be there, or a glob must match something. */
interface NamedFile {
  declared: Declared<unknown>;
  /** Where it is named. */
  at: Path;
  /** From the root. */
  path: string;
  need: "text" | "file" | "matches";
}

type Named = Omit<NamedFile, "declared">;

/** The texts of the files that YAML files name, by path from the root, and what could not be read. */
export interface NamedTexts {
  texts: ReadonlyMap<string, string>;
  problems: OwnedProblem[];
}

/** Reads the texts that the files of a project name, and makes sure that every other named file is there. */
export function readNamed(files: ProjectFiles, draft: Draft, side: Pick<ScenarioSide, "filesOf">): NamedTexts {
  const texts = new Map<string, string>();
  const problems = namedFiles(draft, side).flatMap((each) => {
    const result = texts.has(each.path) ? { kind: "found" as const } : look(files, each);
    if (result.kind === "text") texts.set(each.path, result.text);
    if (result.kind !== "refused") return [];
    return [{ owner: each.declared.file, problem: toProblem(each.declared, findingOf(files, each, result)) }];
  });
  return { texts, problems };
}

function look(
  files: ProjectFiles,
  { path, need }: NamedFile,
): { kind: "text"; text: string } | { kind: "found" } | Refusal {
  if (need === "text") return files.read(path);
  if (need === "file") return files.find(path);
  if (leavesProject(path)) return files.find(path);
  if (files.match(path).found.length > 0) return { kind: "found" };
  return { kind: "refused", code: "missing_file", message: `"${path}" matches no file` };
}

function findingOf(files: ProjectFiles, { at, path }: NamedFile, { code, message, hint }: Refusal): Finding {
  const neighbours = code === "missing_file" ? files.list(posix.dirname(path)).map(({ name }) => name) : [];
  const meant = didYouMean(posix.basename(path), neighbours);
  return { path: at, code, message, ...(hint !== undefined && { hint }), ...meant };
}

/** Every file that the files of a project name, in their order. */
function namedFiles(draft: Draft, { filesOf }: Pick<ScenarioSide, "filesOf">): NamedFile[] {
  const of = <T>(declared: Declared<T>, list: (declared: Declared<T>) => Named[]): NamedFile[] =>
    list(declared).map(({ at, path, need }) => ({ declared, at, path, need }));
  const { assistants, tools, vectorStores, scenarios, rests } = draft;
  return [
    ...[...assistants.values(), ...rests.assistants].flatMap((each) => of(each, ofAssistant)),
    ...[...tools.values(), ...rests.tools].flatMap((each) => of(each, ofTool)),
    ...[...vectorStores.values(), ...rests.vectorStores].flatMap((each) => of(each, ofVectorStore)),
    ...[...scenarios, ...rests.scenarios].flatMap((each) => of(each, filesOf)),
  ];
}

function ofAssistant(declared: Declared<WrittenAssistant>): Named[] {
  const { value } = declared;
  const instructions = writtenParts(value).flatMap(({ part, path }) =>
    typeof part === "string"
      ? []
      : [{ at: [...path, "file"], path: pathFrom(declared, part.file), need: "text" as const }],
  );
  const code = (value.tools ?? []).flatMap((tool, index) =>
    typeof tool === "object" && "code_interpreter" in tool
      ? (tool.code_interpreter.files ?? []).map((file, at) => ({
          at: ["tools", index, "code_interpreter", "files", at],
          path: pathFrom(declared, file),
          need: "file" as const,
        }))
      : [],
  );
  return [...instructions, ...code, ...responseSchema(declared)];
}

function responseSchema(declared: Declared<WrittenAssistant>): Named[] {
  const format = declared.value.response_format;
  if (typeof format !== "object" || format.json_schema.file === undefined) return [];
  const path = pathFrom(declared, format.json_schema.file);
  return [{ at: ["response_format", "json_schema", "file"], path, need: "text" }];
}

function ofTool(declared: Declared<WrittenTool>): Named[] {
  const { handler } = declared.value;
  return typeof handler === "string" ? [{ at: ["handler"], path: pathFrom(declared, handler), need: "file" }] : [];
}

function ofVectorStore(declared: Declared<WrittenVectorStore>): Named[] {
  return declared.value.files.map((file, index) => ({
    at: ["files", index],
    path: pathFrom(declared, file),
    need: "matches",
  }));
}
