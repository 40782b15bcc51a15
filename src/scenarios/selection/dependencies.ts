import { posix } from "node:path";
import { pathFrom } from "../../project/draft.ts";
import type { ProjectFiles } from "../../project/files.ts";
import { instructionFilesOf } from "../../project/instructions.ts";
import { filesOfAssistant, filesOfTool } from "../../project/named-files.ts";
import type { Declared, Project } from "../../project/project.ts";
import { filesOfStore } from "../../project/resolve-vector-store.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import { defaultsAbove } from "../../project/scenario-defaults.ts";
import { importsIn } from "./module-imports.ts";
import { scenarioSide } from "../rules/rules.ts";

/** A file that the outcome of a scenario depends on. */
export interface Dependency {
  /** From the project's root. */
  file: string;
  /** `scenario`: its file, and the defaults of its folders. `own`: the files that it names, with their imports. `handler`: the code of a tool. */
  kind:
    | "settings"
    | "scenario"
    | "own"
    | "assistant"
    | "instructions"
    | "tool"
    | "handler"
    | "vector_store"
    | "knowledge";
}

/** Returns the files that a scenario depends on, including its own, each once. */
export type DependenciesOf = (declared: Declared<WrittenScenario>) => readonly Dependency[];

/** Follows references between the files of a project; code is followed through its relative imports. Files are read on demand, each once. */
export function createDependencies(
  project: Pick<Project, "assistants" | "tools" | "vectorStores" | "matches" | "scenarioDefaults">,
  files: Pick<ProjectFiles, "read" | "find">,
): DependenciesOf {
  const imports = new Map<string, readonly string[]>();
  const ofAssistants = new Map<string, readonly Dependency[]>();

  function importsOf(path: string): readonly string[] {
    const known = imports.get(path);
    if (known !== undefined) return known;
    const read = isCode(path) ? files.read(path) : null;
    const named = read?.kind === "text" ? importsIn(read.text) : [];
    const found = named.flatMap((each) => firstFile(posix.join(posix.dirname(path), each), files));
    imports.set(path, found);
    return found;
  }

  /** These files, and everything that they import, directly or indirectly. */
  function withImports(paths: readonly string[]): string[] {
    const reached = new Set(paths);
    for (const path of reached) for (const each of importsOf(path)) reached.add(each);
    return [...reached];
  }

  function ofTool(tool: Declared<WrittenTool>): Dependency[] {
    const { handler } = tool.value;
    const commands =
      typeof handler === "object" && "command" in handler ? filesInCommand(tool.file, handler.command, files) : [];
    const code = [...filesOfTool(tool).map(({ path }) => path), ...commands];
    return [{ file: tool.file, kind: "tool" }, ...asKind("handler", withImports(code))];
  }

  function ofAssistant(declared: Declared<WrittenAssistant>): Dependency[] {
    const texts = instructionFilesOf(declared);
    const others = filesOfAssistant(declared).flatMap(({ path }) => (texts.includes(path) ? [] : [path]));
    return [
      { file: declared.file, kind: "assistant" },
      ...asKind("instructions", texts),
      ...asKind("knowledge", others),
      ...(declared.value.tools ?? []).flatMap(ofEntry),
    ];
  }

  /** The dependencies of an assistant's tool entry: the tool, or a vector store. */
  function ofEntry(tool: NonNullable<WrittenAssistant["tools"]>[number]): Dependency[] {
    if (typeof tool === "string") return [];
    const named = "function" in tool ? project.tools.get(tool.function) : undefined;
    if (named !== undefined) return ofTool(named);
    const written = "file_search" in tool ? tool.file_search.vector_store : undefined;
    const store = typeof written === "string" ? project.vectorStores.get(written) : undefined;
    if (store === undefined) return [];
    const own: Dependency = { file: store.file, kind: "vector_store" };
    return [own].concat(asKind("knowledge", filesOfStore(store, project).keys().toArray()));
  }

  return (declared) => {
    const { assistant } = declared.value;
    const named = project.assistants.get(assistant);
    const known = ofAssistants.get(assistant) ?? (named === undefined ? [] : ofAssistant(named));
    ofAssistants.set(assistant, known);
    const own = [...scenarioSide.filesOf(declared).map(({ path }) => path), ...commandFiles(declared, files)];
    const all: Dependency[] = [
      { file: "playbill.yaml", kind: "settings" },
      { file: declared.file, kind: "scenario" },
      ...asKind("scenario", defaultsAbove(declared.file, project.scenarioDefaults)),
      ...asKind("own", withImports(own)),
      ...known,
    ];
    return [...new Map(all.toReversed().map((each) => [each.file, each])).values()].toReversed();
  };
}

function asKind(kind: Dependency["kind"], paths: readonly string[]): Dependency[] {
  return paths.map((file) => ({ file, kind }));
}

function isCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/** The file of an import: the path itself, or with an extension that may be omitted. */
function firstFile(path: string, { find }: Pick<ProjectFiles, "find">): string[] {
  const candidates = ["", ".ts", ".js", ".mts", ".mjs", ".json", "/index.ts", "/index.js"].map(
    (end) => `${path}${end}`,
  );
  const found = candidates.find((each) => find(each).kind === "found");
  return found === undefined ? [] : [found];
}

/** The files of the project among the arguments of a program, which runs in the folder of the file that names it. */
function filesInCommand(file: string, command: readonly string[], { find }: Pick<ProjectFiles, "find">): string[] {
  const paths = command.filter((each) => each !== "" && !each.includes("${{")).map((each) => pathFrom({ file }, each));
  return paths.filter((path) => find(path).kind === "found");
}

/** The files that the commands of a scenario name, wherever they are written. */
function commandFiles({ file, value }: Declared<WrittenScenario>, files: Pick<ProjectFiles, "find">): string[] {
  const { turns: _, ...rest } = value;
  const commands: string[][] = [];
  JSON.stringify(rest, (key, each: unknown) => {
    if (key === "command" && Array.isArray(each) && each.every((part) => typeof part === "string")) commands.push(each);
    return each;
  });
  return commands.flatMap((command) => filesInCommand(file, command, files));
}
