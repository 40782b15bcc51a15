import { fileSaying, pathFrom } from "../../project/draft.ts";
import type { Declared, Path } from "../../project/project.ts";
import type { ScenarioSide } from "../../project/scenario-side.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { readNames } from "../read/file.ts";
import type { Reference } from "../subjects/subject.ts";
import { expectationsOf } from "./expectations.ts";

type NamedFiles = ReturnType<ScenarioSide["filesOf"]>;

/** The files that a scenario names, by path from the project's root. */
export function filesOf(declared: Declared<WrittenScenario>): NamedFiles {
  const body = readNames(declared);
  const named = (at: Path, path: string, need: NamedFiles[number]["need"]): NamedFiles[number] => ({
    at,
    path: pathFrom({ file: fileSaying(declared, at) }, path),
    need,
  });
  const modules = [...body.stubs.values()]
    .flat()
    .flatMap(({ path, answer }) => (answer.kind === "module" ? named([...path, "module"], answer.module, "file") : []));
  const staged = [...body.setup, ...body.teardown].flatMap(({ path, run }) =>
    run.kind === "module" ? named([...path, "module"], run.module, "file") : [],
  );
  const expected = expectationsOf(body).flatMap(({ path, references }) =>
    references.flatMap((reference) => {
      const file = fileNamedBy(reference);
      return file === null ? [] : named([...path, ...reference.at], file, "text");
    }),
  );
  const { matrix } = declared.value;
  const rows = matrix !== undefined && "rows" in matrix ? [named(["matrix", "rows"], matrix.rows, "text")] : [];
  const searched = new Set(
    body.turns.flatMap(({ attachments }) =>
      attachments.flatMap(({ file, tools }) => (tools.includes("file_search") ? [file] : [])),
    ),
  );
  const attached = Object.entries(declared.value.files ?? {}).map(([name, path]) => {
    const { path: file } = named(["files", name], path, "upload");
    return named(["files", name], path, searched.has(file) ? "search" : "upload");
  });
  return [...modules, ...expected, ...rows, ...staged, ...attached];
}

/** The file that an expectation names; `null` when it names none. */
function fileNamedBy(reference: Reference): string | null {
  if (reference.kind === "module") return reference.module;
  return reference.kind === "schema" && typeof reference.schema === "string" ? reference.schema : null;
}
