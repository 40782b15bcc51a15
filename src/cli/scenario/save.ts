import { readProject } from "../../api/load.ts";
import { type Problem, ProblemError, fail } from "../../problem.ts";
import { type ProjectFiles, openProjectFiles } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import { takenPaths } from "../../project/write/import-draft.ts";
import { writeProjectFiles } from "../../project/write/write-files.ts";
import type { KnownAssistant } from "../../scenarios/transcripts/choose-assistant.ts";
import type { SeenConversation } from "../../scenarios/transcripts/conversation.ts";
import { fold } from "../../scenarios/transcripts/fold.ts";
import type { RedactedKind } from "../../scenarios/transcripts/redaction/kinds.ts";
import { createRedactor } from "../../scenarios/transcripts/redaction/redact.ts";
import type { World } from "../world.ts";
import { assign } from "./assign.ts";
import { type Declarations, declare } from "./declare.ts";
import { type Candidate, type SavedScenario, badConversation, draftScenarios } from "./drafts.ts";

/** Options for writing conversations. */
export interface SaveOptions {
  /** Their assistant; `null` to find it for each conversation. */
  assistant: string | null;
  /** Declares the assistant and its tools if they are missing. */
  declares: boolean;
  keep: ReadonlySet<RedactedKind>;
  isDry: boolean;
  /** Other names of assistants, for example their ids in a lock; by the names of their files. */
  aliases: ReadonlyMap<string, readonly string[]>;
}

/** The result for all conversations. */
export interface Saved {
  scenarios: SavedScenario[];
  declared: Declarations;
  duplicates: number;
  beginnings: number;
  replaced: ReadonlyMap<RedactedKind, number>;
  problems: Problem[];
  isDry: boolean;
}

/**
 * Writes conversations as scenarios of the project, never over another file, and all or none of those that are valid. Every other conversation has its
 * own problem and does not stop the others. Throws a ProblemError when the project itself cannot be used.
 */
export async function saveConversations(world: World, all: readonly Candidate[], options: SaveOptions): Promise<Saved> {
  const { project, problems } = await readProject(world, { files: "resources" });
  if (project === null) throw new ProblemError(problems);
  const files = openProjectFiles(project.root);
  const redactor = createRedactor(options.keep);
  const redacted = all.map(({ conversation, notes }) => ({
    conversation: redactor.redact(world.secrets.redactJson(conversation)),
    original: world.secrets.redactJson(conversation),
    notes,
  }));
  const folded = fold(redacted, ({ conversation }) => conversation);
  const assistants = assistantsOf(project, options.aliases);
  const wanted = options.assistant === null ? null : wantedAssistant(options, assistants);
  const declared = declaredFor(
    project,
    files,
    wanted,
    options,
    folded.kept.map(({ conversation }) => conversation),
  );
  const known = wanted === null ? null : { ...wanted, functions: [...wanted.functions, ...declared.functions] };
  const chosen = assign(folded.kept, assistants, known);
  const drafts = draftScenarios(files, project, chosen.found);
  const sound = await withoutFaults(world, drafts.written, declared);
  const scenarios = [...drafts.there, ...sound.written].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const isUsed = sound.written.length > 0;
  if (!options.isDry && isUsed) {
    const made = sound.written.map(({ path, text }) => ({ path, text, before: null }));
    await writeProjectFiles(files, [...declared.files, ...made]);
  }
  return {
    scenarios,
    declared: isUsed ? declared : { files: [], functions: [] },
    duplicates: folded.duplicates,
    beginnings: folded.beginnings,
    replaced: redactor.counts(),
    problems: [...chosen.problems, ...drafts.problems, ...sound.problems],
    isDry: options.isDry,
  };
}

function assistantsOf(project: Project, aliases: SaveOptions["aliases"]): KnownAssistant[] {
  return [...project.assistants.values()].map((declared) => ({
    name: declared.name,
    aliases: [
      ...(typeof declared.value.name === "string" ? [declared.value.name] : []),
      ...(aliases.get(declared.name) ?? []),
    ],
    functions: toolNamesOf(declared, project),
  }));
}

function wantedAssistant({ assistant, declares }: SaveOptions, assistants: readonly KnownAssistant[]): KnownAssistant {
  const name = (assistant ?? "").replace(/^assistant\./, "");
  const found = assistants.find((each) => each.name === name);
  if (found !== undefined) return found;
  if (declares && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return { name, aliases: [], functions: [] };
  const there = assistants.map((each) => each.name);
  return fail("unknown_reference", `there is no assistant "${name}" in this project`, {
    hint: `${there.length === 0 ? "It has none." : `It has ${there.join(", ")}.`} With --declare, one is created with the tools of the conversations.`,
  });
}

function declaredFor(
  project: Project,
  files: ProjectFiles,
  wanted: KnownAssistant | null,
  { declares }: SaveOptions,
  conversations: readonly SeenConversation[],
): Declarations {
  if (!declares) return { files: [], functions: [] };
  if (wanted === null) {
    return fail("bad_flag", "--declare needs --assistant", {
      hint: "For example: playbill scenario from-transcript chats.jsonl --assistant support --declare",
    });
  }
  const isDeclared = project.assistants.has(wanted.name);
  const readText = (path: string) => {
    const read = files.read(path);
    return read.kind === "text" ? read.text : "";
  };
  return declare(
    { project, isTaken: takenPaths(files), readText },
    wanted.name,
    isDeclared ? wanted.functions : null,
    conversations,
  );
}

/** Reads the drafts as files of the project: those with an error are left out and reported. */
async function withoutFaults(
  world: World,
  written: readonly SavedScenario[],
  declared: Declarations,
): Promise<{ written: SavedScenario[]; problems: Problem[] }> {
  if (written.length === 0) return { written: [], problems: [] };
  const byPath = new Map(written.map((each) => [each.path, each]));
  const texts = new Map([...declared.files, ...written].map(({ path, text }) => [path, text]));
  const { problems } = await readProject(
    world,
    { files: "all", isSelected: (_address, file) => byPath.has(file) },
    texts,
  );
  const errors = problems.filter(({ severity }) => severity === "error");
  const others = errors.filter(({ place }) => place === undefined || !byPath.has(place.file));
  if (others.length > 0) throw new ProblemError(others);
  const faults = Map.groupBy(errors, ({ place }) => place?.file ?? "");
  const told = [...faults].map(([path, [first]]) => {
    const source = byPath.get(path)?.source ?? { file: path, line: null };
    const where = first?.place?.text.trim() ?? "";
    return badConversation(
      source,
      `it does not match the project: ${first?.message}${where === "" ? "" : ` (${where})`}`,
    );
  });
  return { written: written.filter(({ path }) => !faults.has(path)), problems: told };
}
