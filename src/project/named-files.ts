import type { Draft } from "./draft.ts";
import { pathFrom } from "./draft.ts";
import { writtenParts } from "./instructions.ts";
import type { Declared, Path } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { ScenarioSide } from "./scenario-side.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";

/** A file that a YAML file names: its text is read, or it must only be there, or a glob must match something. */
export interface NamedFile {
  declared: Declared<unknown>;
  /** Where it is named. */
  at: Path;
  /** From the root. */
  path: string;
  need: "text" | "file" | "matches";
}

type Named = Omit<NamedFile, "declared">;

/** Every file that the files of a project name, in their order. */
export function namedFiles(draft: Draft, { filesOf }: Pick<ScenarioSide, "filesOf">): NamedFile[] {
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
