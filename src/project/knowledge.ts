import { posix } from "node:path";
import { type Problem, ProblemError } from "../problem.ts";
import { fileAddress } from "../resources/address.ts";
import { fileKind } from "../resources/file/kind.ts";
import type { FileSpec } from "../resources/file/spec.ts";
import type { Desired } from "../resources/resource.ts";
import { pathFrom } from "./draft.ts";
import { openProjectFiles } from "./files.ts";
import { toProblem } from "./finding.ts";
import type { Declared, Path, Project } from "./project.ts";
import { filesOfStore, resolveVectorStore } from "./resolve-vector-store.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";

/** The vector stores and files of a project, read on demand, each file once. */
export interface Knowledge {
  /** The resources of these addresses, and the files of the stores among them. Throws a ProblemError for files that can no longer be read. */
  of(addresses: Iterable<string>): Desired[];
}

/** Opens the knowledge of a project. */
export function openKnowledge(project: Pick<Project, "root" | "assistants" | "vectorStores" | "matches">): Knowledge {
  const files = openProjectFiles(project.root);
  const stores = new Map([...project.vectorStores.values()].map((each) => [each.address, each]));
  const read = new Map<string, Desired<FileSpec>>();

  function fileAt(path: string, declared: Pick<Declared<unknown>, "place">, at: Path): Desired<FileSpec> {
    const known = read.get(path);
    if (known !== undefined) return known;
    const digest = files.digest(path);
    if (digest.kind === "refused") throw new ProblemError([toProblem(declared, { ...digest, path: at })]);
    const { sha256, bytes } = digest;
    const spec: FileSpec = { filename: posix.basename(path), sha256, bytes };
    const file = { kind: fileKind.name, address: fileAddress(path), spec, ...plain };
    read.set(path, file);
    return file;
  }

  function at(address: string): Desired[] {
    const declared = stores.get(address);
    if (declared === undefined) {
      const path = address.slice(fileAddress("").length);
      const naming = namingOf(project.assistants.values(), path);
      return [fileAt(path, naming.declared, naming.path)];
    }
    const members = [...filesOfStore(declared, project)].map(([path, named]) => fileAt(path, declared, named));
    return [...members, resolveVectorStore(project, declared, (path) => fileAt(path, declared, []).spec.sha256 ?? "")];
  }

  return {
    of(addresses) {
      const problems: Problem[] = [];
      const found = [...new Set(addresses)].flatMap((address) => {
        try {
          return at(address);
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          problems.push(...error.problems);
          return [];
        }
      });
      if (problems.length > 0) throw new ProblemError(problems);
      return found;
    },
  };
}

const plain = { declared: Object.keys(fileKind.fields), protect: false, ignore: [], adopt: null };

/** The place where an assistant refers to a file. */
function namingOf(
  assistants: Iterable<Declared<WrittenAssistant>>,
  path: string,
): { declared: Declared<WrittenAssistant>; path: Path } {
  for (const declared of assistants) {
    for (const [index, tool] of (declared.value.tools ?? []).entries()) {
      if (typeof tool === "string" || !("code_interpreter" in tool)) continue;
      const at = (tool.code_interpreter.files ?? []).findIndex(
        (file) => typeof file === "string" && pathFrom(declared, file) === path,
      );
      if (at >= 0) return { declared, path: ["tools", index, "code_interpreter", "files", at] };
    }
  }
  throw new Error(`nothing refers to the file ${path}`);
}
