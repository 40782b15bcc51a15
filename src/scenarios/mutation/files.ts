import { posix } from "node:path";
import type { Declared, Project } from "../../project/project.ts";
import { filesOfStore } from "../../project/resolve-vector-store.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import type { WrittenVectorStore } from "../../project/schemas/vector-store.ts";
import { withAssistant } from "./instructions.ts";
import type { Mutant } from "./mutant.ts";

type Sources = Pick<Project, "assistants" | "vectorStores" | "matches">;

/** The mutants that remove one file of a vector store, or one file of an assistant's code interpreter. */
export function fileMutants(project: Sources): Mutant[] {
  return [
    ...[...project.vectorStores.values()].flatMap((store) => storeMutants(project, store)),
    ...[...project.assistants.values()].flatMap(interpreterMutants),
  ];
}

function storeMutants(project: Sources, store: Declared<WrittenVectorStore>): Mutant[] {
  const users = [...project.assistants.values()].filter(({ value }) => searches(value, store.name));
  if (users.length === 0) return [];
  const all = [...filesOfStore(store, project)];
  return all.map(([path, named]): Mutant => {
    const left = all.flatMap(([each]) => (each === path ? [] : [each]));
    return {
      kind: "file",
      assistants: users.map(({ name }) => name),
      place: store.place(named),
      what: `${path} is missing from ${store.address}`,
      before: path,
      after: "",
      change: { kind: "project", apply: (of) => withFiles(of, store, left) },
      covered: { kind: "tool", name: "file_search" },
      paragraph: null,
    };
  });
}

/** The project with exactly these of its files in a store; files at the target that are named by id stay. */
function withFiles(project: Project, store: Declared<WrittenVectorStore>, paths: readonly string[]): Project {
  const folder = posix.dirname(store.file);
  const ids = store.value.files.filter((each) => typeof each !== "string");
  const files = [...paths.map((path) => posix.relative(folder, path)), ...ids];
  const changed = { ...store, value: { ...store.value, files } };
  return {
    ...project,
    vectorStores: new Map([...project.vectorStores, [store.name, changed]]),
    matches: new Map([...project.matches, ...paths.map((path): [string, string[]] => [path, [path]])]),
  };
}

function interpreterMutants(declared: Declared<WrittenAssistant>): Mutant[] {
  return (declared.value.tools ?? []).flatMap((tool, index) => {
    if (typeof tool === "string" || !("code_interpreter" in tool)) return [];
    const files = tool.code_interpreter.files ?? [];
    return files.flatMap((file, at): Mutant[] => {
      if (typeof file !== "string") return [];
      const left = { code_interpreter: { ...tool.code_interpreter, files: files.filter((_, each) => each !== at) } };
      const tools = declared.value.tools?.map((each, other) => (other === index ? left : each));
      return [
        {
          kind: "file",
          assistants: [declared.name],
          place: declared.place(["tools", index, "code_interpreter", "files", at]),
          what: `${file} is missing for code_interpreter`,
          before: file,
          after: "",
          change: {
            kind: "project",
            apply: (project) => withAssistant(project, { ...declared, value: { ...declared.value, tools } }),
          },
          covered: { kind: "tool", name: "code_interpreter" },
          paragraph: null,
        },
      ];
    });
  });
}

function searches({ tools = [] }: WrittenAssistant, store: string): boolean {
  return tools.some(
    (tool) => typeof tool === "object" && "file_search" in tool && tool.file_search.vector_store === store,
  );
}
