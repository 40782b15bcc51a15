import { posix } from "node:path";
import { didYouMean } from "../kit/words.ts";
import type { Draft } from "./draft.ts";
import { pathFrom } from "./draft.ts";
import { leavesProject } from "./files.ts";
import type { ProjectFiles, Refusal } from "./files.ts";
import { toProblem } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { type KnowledgeFault, knowledgeFaults, searchedFaults } from "./knowledge-faults.ts";
import type { OwnedProblem } from "./folders.ts";
import { writtenParts } from "./instructions.ts";
import type { Declared, Path } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { ScenarioSide } from "./scenario-side.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";

/** A file that a YAML file refers to: its text is read, it must only exist, or it is uploaded; or a glob of searched files. */
export interface NamedFile {
  declared: Declared<unknown>;
  /** The place of the reference. */
  at: Path;
  /** From the root. */
  path: string;
  need: "text" | "file" | "upload" | "search" | "matches";
}

/** A reference in a known file. */
export type Named = Omit<NamedFile, "declared">;

/** The texts of referenced files by path from the root, the matches of globs, and what could not be read. */
export interface NamedTexts {
  texts: ReadonlyMap<string, string>;
  /** The paths of the files that a glob matches, by the glob; all from the root. */
  matches: ReadonlyMap<string, readonly string[]>;
  problems: OwnedProblem[];
}

/** Reads the referenced texts of a project, and checks that every other referenced file exists. */
export function readNamed(files: ProjectFiles, draft: Draft, side: Pick<ScenarioSide, "filesOf">): NamedTexts {
  const texts = new Map<string, string>();
  const matches = new Map<string, readonly string[]>();
  const look = ({ path, need }: NamedFile): (Refusal | KnowledgeFault)[] => {
    switch (need) {
      case "text": {
        const result = texts.has(path) ? null : files.read(path);
        if (result?.kind === "text") texts.set(path, result.text);
        return result?.kind === "refused" ? [result] : [];
      }
      case "file":
      case "upload":
      case "search": {
        const result = files.find(path);
        if (result.kind === "refused") return [result];
        if (need === "search") return searchedFaults(path, result.bytes);
        return need === "file" ? [] : knowledgeFaults(path, result.bytes);
      }
      case "matches": {
        const left = leavesProject(path) ? files.find(path) : null;
        if (left?.kind === "refused") return [left];
        const { found, refused } = files.match(path);
        matches.set(
          path,
          found.map((each) => each.path),
        );
        const faults = [...refused, ...found.flatMap((each) => searchedFaults(each.path, each.bytes))];
        return found.length + refused.length > 0 ? oneOfEach(faults) : [noMatch(path)];
      }
    }
  };
  const problems = namedFiles(draft, side).flatMap((each) =>
    look(each).map((fault) => ({
      owner: each.declared.file,
      problem: toProblem(each.declared, findingOf(files, each, fault)),
    })),
  );
  return { texts, matches, problems };
}

/** One fault for each code: a glob may match a thousand images. */
function oneOfEach<F extends Refusal | KnowledgeFault>(faults: readonly F[]): F[] {
  return [...Map.groupBy(faults, ({ code }) => code).values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    return Object.assign({}, first, { message: `${first.message}; the same applies to ${others.length} more` });
  });
}

function noMatch(path: string): Refusal {
  return { kind: "refused", code: "missing_file", message: `"${path}" matches no file` };
}

function findingOf(
  files: ProjectFiles,
  { at, path }: NamedFile,
  { code, message, hint }: Refusal | KnowledgeFault,
): Finding {
  const neighbours = code === "missing_file" ? files.list(posix.dirname(path)).map(({ name }) => name) : [];
  const meant = didYouMean(posix.basename(path), neighbours);
  return { path: at, code, message, ...(hint !== undefined && { hint }), ...meant };
}

/** Every file referenced in a project, in order. */
function namedFiles(draft: Draft, { filesOf }: Pick<ScenarioSide, "filesOf">): NamedFile[] {
  const of = <T>(declared: Declared<T>, list: (declared: Declared<T>) => Named[]): NamedFile[] =>
    list(declared).map(({ at, path, need }) => ({ declared, at, path, need }));
  const { assistants, tools, vectorStores, scenarios, rests } = draft;
  return [
    ...[...assistants.values(), ...rests.assistants].flatMap((each) => of(each, filesOfAssistant)),
    ...[...tools.values(), ...rests.tools].flatMap((each) => of(each, filesOfTool)),
    ...[...vectorStores.values(), ...rests.vectorStores].flatMap((each) => of(each, ofVectorStore)),
    ...[...scenarios, ...rests.scenarios].flatMap((each) => of(each, filesOf)),
  ];
}

/** The files that an assistant refers to: instructions, files for its code, the schema of its answers. */
export function filesOfAssistant(declared: Declared<WrittenAssistant>): Named[] {
  const { value } = declared;
  const instructions = writtenParts(value).flatMap(({ part, path }) =>
    typeof part === "string"
      ? []
      : [{ at: [...path, "file"], path: pathFrom(declared, part.file), need: "text" as const }],
  );
  const code = (value.tools ?? []).flatMap((tool, index) =>
    typeof tool === "object" && "code_interpreter" in tool
      ? (tool.code_interpreter.files ?? []).flatMap((file, at) =>
          typeof file === "string"
            ? {
                at: ["tools", index, "code_interpreter", "files", at],
                path: pathFrom(declared, file),
                need: "upload" as const,
              }
            : [],
        )
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

/** The module behind a tool. */
export function filesOfTool(declared: Declared<WrittenTool>): Named[] {
  const { handler } = declared.value;
  return typeof handler === "string" ? [{ at: ["handler"], path: pathFrom(declared, handler), need: "file" }] : [];
}

function ofVectorStore(declared: Declared<WrittenVectorStore>): Named[] {
  return declared.value.files.flatMap((file, index): Named[] =>
    typeof file === "string" ? [{ at: ["files", index], path: pathFrom(declared, file), need: "matches" }] : [],
  );
}
