import { posix } from "node:path";
import type { Problem } from "../problem.ts";
import { leavesProject } from "./files.ts";
import type { ProjectFiles, Refusal } from "./files.ts";
import { toProblem } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { NamedFile } from "./named-files.ts";
import { didYouMean } from "../kit/words.ts";

/** The texts of the files that YAML files name, by path from the root, and what could not be read. */
export interface NamedTexts {
  texts: ReadonlyMap<string, string>;
  problems: Problem[];
}

/** Reads the named texts, and makes sure that every other named file is there. */
export function readNamed(files: ProjectFiles, named: readonly NamedFile[]): NamedTexts {
  const texts = new Map<string, string>();
  const problems = named.flatMap((each) => {
    const result = look(files, each);
    if (result.kind === "text") texts.set(each.path, result.text);
    return result.kind === "refused" ? [toProblem(each.declared, findingOf(files, each, result))] : [];
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
  if (files.glob(path).length > 0) return { kind: "found" };
  return { kind: "refused", code: "missing_file", message: `"${path}" matches no file` };
}

function findingOf(files: ProjectFiles, { at, path }: NamedFile, { code, message, hint }: Refusal): Finding {
  const neighbours = code === "missing_file" ? files.list(posix.dirname(path)).map(({ name }) => name) : [];
  const meant = didYouMean(posix.basename(path), neighbours);
  return { path: at, code, message, ...(hint !== undefined && { hint }), ...meant };
}
