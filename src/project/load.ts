import { asWarning, problem, uniqueProblems, advice } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { type FileKind, type ReadFile, readDeclared } from "./declared-file.ts";
import type { Defaults } from "./defaults.ts";
import { readScenarioDefaults, scenarioMerging } from "./scenario-defaults.ts";
import type { Draft } from "./draft.ts";
import type { Environment } from "./environment.ts";
import { openProjectFiles, readSchema, stemOf } from "./files.ts";
import type { ProjectFiles } from "./files.ts";
import { toProblem } from "./finding.ts";
import {
  type Folder,
  type Layout,
  type OwnedProblem,
  baselinesFolder,
  findFiles,
  recordingsFolder,
} from "./folders.ts";
import { readNamed } from "./named-files.ts";
import { type Need, filesNeeded } from "./needs.ts";
import { withTexts } from "./overlay.ts";
import type { Declared, Project } from "./project.ts";
import { checkRules } from "./rules/rules.ts";
import { schemaOnly, type ScenarioSide } from "./scenario-side.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenProject } from "./schemas/project.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";
import { substituteSettings } from "./settings.ts";
import { embeddedTarget, defaultTargetOf } from "./targets.ts";
import { modelEntries } from "./model-entries.ts";
import { sensitiveNames, varsOf } from "./vars.ts";

/** A project, or `null` when there is a problem of severity error; warnings may come with both. */
export interface LoadedProject {
  /** Everything valid that was read, selected or not. */
  project: Project | null;
  /** The problems of the needed files, sorted by file and position. */
  problems: Problem[];
  /** More problems of scenarios, which matter only for running them. */
  testProblems: Problem[];
}

/**
 * Reads and checks the files of the project in `root`, the folder of `playbill.yaml`. The environment is read for everything
 * outside the targets of `playbill.yaml`; `resolveTarget` reads it for the used target. `unwritten` has changed texts of files,
 * by path from the root.
 */
export async function loadProject(
  root: string,
  environment: Environment,
  scenarioSide: ScenarioSide = schemaOnly,
  need: Need = { files: "all" },
  unwritten: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedProject> {
  const files = withTexts(openProjectFiles(root), unwritten);
  if (files.find("playbill.yaml").kind === "refused")
    return { project: null, problems: [noProject(root)], testProblems: [] };
  const linked = files.linksOut(keptFolders).map(linkedOut);
  if (linked.length > 0) return { project: null, problems: linked, testProblems: [] };
  const layout = findFiles(files);
  const { draft: read, problems: unreadable } = readDraft(files, layout, environment, need);
  const { texts, matches, problems: missing } = readNamed(files, read, scenarioSide);
  const draft = { ...read, texts, matches };
  const found = [...unreadable, ...missing, ...checkRules(draft, scenarioSide.rules)];
  const { isNeeded, isSound } = filesNeeded(draft, found, need);
  const needed = found.flatMap((each) => (isNeeded(each.owner) ? [each.problem] : []));
  // Without a name, a project cannot be checked.
  const isWarning = need.settings === "sound" && draft.settings !== null;
  const problems = uniqueProblems(isWarning ? needed.map(asWarning) : needed).toSorted(byPlace);
  const stands = problems.every(({ severity }) => severity === "warning");
  const project = stands ? toProject(files, layout, soundPart(draft, isSound)) : null;
  return { project, problems, testProblems: project === null ? [] : testProblemsOf(draft, scenarioSide) };
}

function testProblemsOf(draft: Draft, { testRules, checkTogether }: ScenarioSide): Problem[] {
  const each = draft.scenarios.flatMap((declared) =>
    testRules.flatMap((rule) => rule(declared, draft)).map((finding) => toProblem(declared, finding)),
  );
  return [...each, ...checkTogether(draft)];
}

function readDraft(
  files: ProjectFiles,
  layout: Layout,
  environment: Environment,
  need: Need,
): { draft: Draft; problems: OwnedProblem[] } {
  const prepare = (value: unknown) => substituteSettings(value, environment);
  const settings = readDeclared<WrittenProject>(files, "playbill.yaml", { ...kindOf("playbill"), prepare });
  const { rest } = settings;
  const project = settings.declared ?? (need.settings === "sound" ? rest : null);
  const kind = (name: keyof Draft["schemas"]) => ({ ...kindOf(name), ...defaultsOf(project ?? rest, name) });
  const kinds = {
    assistant: { ...kind("assistant"), tools: layout.tools.paths.map(stemOf) },
    tool: kind("tool"),
    vector_store: kind("vector_store"),
    scenario: kind("scenario"),
  };
  const resources = need.files !== "none";
  const assistants = readFolder<WrittenAssistant>(files, layout.assistants, kinds.assistant, resources);
  const tools = readFolder<WrittenTool>(files, layout.tools, kinds.tool, resources);
  const vectorStores = readFolder<WrittenVectorStore>(files, layout.vectorStores, kinds.vector_store, resources);
  const shared = readScenarioDefaults(files, need.files === "all" ? layout.scenarioDefaults : []);
  const scenarioKind = (path: string): FileKind => ({
    ...kinds.scenario,
    defaults: [...shared.above(path), ...(kinds.scenario.defaults ?? [])],
    merging: scenarioMerging,
  });
  const scenarios = readFolder<WrittenScenario>(files, layout.scenarios, scenarioKind, need.files === "all");
  const draft: Draft = {
    settings: project,
    schemas: {
      assistant: kinds.assistant.schema,
      tool: kinds.tool.schema,
      vector_store: kinds.vector_store.schema,
      scenario: kinds.scenario.schema,
    },
    assistants: byName(assistants.declared),
    tools: byName(tools.declared),
    vectorStores: byName(vectorStores.declared),
    scenarios: scenarios.declared,
    rests: {
      assistants: assistants.rests,
      tools: tools.rests,
      vectorStores: vectorStores.rests,
      scenarios: scenarios.rests,
    },
    firstScenarios: new Map(scenarios.declared.toReversed().map((each) => [each.name.toLowerCase(), each])),
    names: { assistants: assistants.names, tools: tools.names, vectorStores: vectorStores.names },
    scenarioDefaults: layout.scenarioDefaults,
    addresses: new Map(
      [assistants, tools, vectorStores, scenarios].flatMap(({ read }) =>
        read.map(({ file, address }) => [file, address]),
      ),
    ),
    texts: new Map(),
    matches: new Map(),
  };
  const owned = settings.problems.map((each) => ({ owner: settings.file, problem: each }));
  return {
    draft,
    problems: [
      ...owned,
      ...shared.problems,
      ...[assistants, tools, vectorStores, scenarios].flatMap((each) => each.problems),
    ],
  };
}

interface ReadFolder<T> {
  declared: Declared<T>[];
  rests: Declared<T>[];
  read: ReadFile<T>[];
  /** The names of all files, including invalid ones. */
  names: string[];
  problems: OwnedProblem[];
}

function readFolder<T>(
  files: ProjectFiles,
  folder: Folder,
  kind: FileKind | ((path: string) => FileKind),
  isRead: boolean,
): ReadFolder<T> {
  const kindAt = typeof kind === "function" ? kind : () => kind;
  const read = isRead ? folder.paths.map((path) => readDeclared<T>(files, path, kindAt(path))) : [];
  const owned = read.flatMap(({ file, problems }) => problems.map((each) => ({ owner: file, problem: each })));
  return {
    declared: read.flatMap(({ declared }) => declared ?? []),
    rests: read.flatMap(({ rest }) => rest ?? []),
    read,
    names: folder.paths.map(stemOf),
    problems: isRead ? [...folder.problems, ...owned] : [],
  };
}

/** The generated schema is read from its file: building it would load all of TypeBox. */
function kindOf(kind: FileKind["kind"]): FileKind {
  return { kind, schema: readSchema(kind.replace("_", "-")) };
}

function defaultsOf(
  settings: Declared<WrittenProject> | null,
  kind: keyof Draft["schemas"],
): { defaults?: readonly Defaults[] } {
  const values = settings?.value.defaults?.[kind];
  if (settings === null || values === undefined) return {};
  const place: Defaults["place"] = (path, at) => settings.place(["defaults", kind, ...path], at);
  return { defaults: [{ values, place, file: null }] };
}

/** The files without problems in themselves or in anything they need. */
function soundPart(draft: Draft, isSound: (file: string) => boolean): Draft {
  const soundOf = <T>(all: ReadonlyMap<string, Declared<T>>) =>
    new Map([...all].filter(([, { file }]) => isSound(file)));
  return {
    ...draft,
    assistants: soundOf(draft.assistants),
    tools: soundOf(draft.tools),
    vectorStores: soundOf(draft.vectorStores),
    scenarios: draft.scenarios.filter(({ file }) => isSound(file)),
  };
}

function toProject(files: ProjectFiles, layout: Layout, draft: Draft): Project | null {
  const { settings, assistants, tools, vectorStores, scenarios, texts, matches, addresses } = draft;
  if (!settings) return null;
  const targets = new Map(Object.entries(settings.value.targets ?? { local: embeddedTarget }));
  return {
    root: files.root,
    name: settings.value.project,
    settings,
    vars: varsOf(settings.value.vars),
    sensitive: sensitiveNames(settings.value),
    targets,
    defaultTarget: defaultTargetOf(settings.value) ?? "local",
    moved: settings.value.moved ?? [],
    removed: settings.value.removed ?? [],
    sunset: new Map(Object.entries(settings.value.models?.sunset ?? {})),
    models: modelEntries(settings.value),
    prices: new Map(Object.entries(settings.value.prices ?? {})),
    files: new Map([
      ...layout.assistants.paths.map((path) => [`assistant.${stemOf(path)}`, path] as const),
      ...layout.tools.paths.map((path) => [`tool.${stemOf(path)}`, path] as const),
      ...layout.vectorStores.paths.map((path) => [`vector_store.${stemOf(path)}`, path] as const),
      ...layout.scenarios.paths.map((path) => [addresses.get(path) ?? `scenario.${stemOf(path)}`, path] as const),
    ]),
    assistants,
    tools,
    vectorStores,
    scenarios,
    scenarioDefaults: draft.scenarioDefaults,
    texts,
    matches,
  };
}

const byName = <T>(declared: Declared<T>[]): ReadonlyMap<string, Declared<T>> =>
  new Map(declared.map((each) => [each.name, each]));

/** Problems without a place come first: they concern a complete file or the project. */
function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  if (!a || !b) return Number(b === undefined) - Number(a === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** The folders that commands write to. */
const keptFolders = [".playbill", ".playbill/locks", ".playbill/evidence", recordingsFolder, baselinesFolder];

const linkedOut = (path: string): Problem =>
  problem("outside_project", `"${path}" is a link out of the project`, {
    hint: "Playbill reads and writes only under the folder of playbill.yaml. Move the folder or file itself there.",
  });

const noProject = (root: string): Problem =>
  problem(
    "no_project",
    `there is no playbill.yaml in ${root} or above it`,
    advice({ purpose: "To create a project here", command: "playbill init" }),
  );
