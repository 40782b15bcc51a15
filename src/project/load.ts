import { problem } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { Draft } from "./draft.ts";
import type { Environment } from "./environment.ts";
import { toProblem } from "./finding.ts";
import { openProjectFiles, readSchema } from "./files.ts";
import type { ProjectFiles } from "./files.ts";
import { stemOf, yamlFilesIn, yamlFilesUnder } from "./folders.ts";
import type { Folder } from "./folders.ts";
import { namedFiles } from "./named-files.ts";
import type { Declared, Project } from "./project.ts";
import { readDeclared } from "./read-declared.ts";
import type { FileKind } from "./read-declared.ts";
import { readNamed } from "./read-named.ts";
import { recordingsFolder } from "./recordings.ts";
import { checkRules } from "./rules/rules.ts";
import { schemaOnly, type ScenarioSide } from "./scenario-side.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenProject } from "./schemas/project.ts";
import type { WrittenScenario } from "./schemas/scenario.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";
import { substituteSettings } from "./settings.ts";
import { embeddedTarget, defaultTargetOf } from "./targets.ts";

/** A project, or `null` when a problem of severity error stands in the way; warnings may come with both. */
export interface LoadedProject {
  project: Project | null;
  /** Of all files, by file and position. */
  problems: Problem[];
  /** What else is wrong with scenarios when they are to be run. */
  testProblems: Problem[];
}

/**
 * Reads and checks every file of the project in `root`, the folder of `playbill.yaml`. The environment is read for what stands
 * outside the targets of `playbill.yaml`; `resolveTarget` reads it for the target that is used.
 */
export async function loadProject(
  root: string,
  environment: Environment,
  scenarioSide: ScenarioSide = schemaOnly,
): Promise<LoadedProject> {
  const files = openProjectFiles(root);
  if (files.find("playbill.yaml").kind === "refused")
    return { project: null, problems: [noProject(root)], testProblems: [] };
  const { draft, problems: unreadable } = readDraft(files, environment);
  const { texts, problems: missing } = readNamed(files, namedFiles(draft, scenarioSide));
  const complete = { ...draft, texts };
  const problems = [...unreadable, ...missing, ...checkRules(complete, scenarioSide.rules)].toSorted(byPlace);
  const isSound = problems.every(({ severity }) => severity === "warning");
  const testProblems = complete.scenarios.flatMap((declared) =>
    scenarioSide.testRules.flatMap((rule) => rule(declared, complete)).map((finding) => toProblem(declared, finding)),
  );
  const project = isSound ? toProject(files, complete) : null;
  const together = project === null ? [] : scenarioSide.checkTogether(complete);
  return { project, problems, testProblems: [...testProblems, ...together] };
}

function readDraft(files: ProjectFiles, environment: Environment): { draft: Draft; problems: Problem[] } {
  const prepare = (value: unknown) => substituteSettings(value, environment);
  const settings = readDeclared<WrittenProject>(files, "playbill.yaml", { ...kindOf("playbill"), prepare });
  const assistants = readFolder<WrittenAssistant>(files, yamlFilesIn(files, "assistants"), kindOf("assistant"));
  const tools = readFolder<WrittenTool>(files, yamlFilesIn(files, "assistants/tools"), kindOf("tool"));
  const storeFolder = yamlFilesIn(files, "assistants/vector_stores");
  const vectorStores = readFolder<WrittenVectorStore>(files, storeFolder, kindOf("vector_store"));
  const scenarioFolder = yamlFilesUnder(files, "scenarios", [recordingsFolder]);
  const scenarios = readFolder<WrittenScenario>(files, scenarioFolder, kindOf("scenario"));
  const draft: Draft = {
    settings: settings.declared,
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
    firstScenarios: byName(scenarios.declared.toReversed()),
    names: { assistants: assistants.names, tools: tools.names, vectorStores: vectorStores.names },
    texts: new Map(),
  };
  const problems = [settings, assistants, tools, vectorStores, scenarios].flatMap((each) => each.problems);
  return { draft, problems };
}

interface ReadFolder<T> {
  declared: Declared<T>[];
  rests: Declared<T>[];
  /** Of all files, those that do not fit included. */
  names: string[];
  problems: Problem[];
}

function readFolder<T>(files: ProjectFiles, folder: Folder, kind: FileKind): ReadFolder<T> {
  const read = folder.paths.map((path) => readDeclared<T>(files, path, kind));
  return {
    declared: read.flatMap(({ declared }) => declared ?? []),
    rests: read.flatMap(({ rest }) => rest ?? []),
    names: folder.paths.map(stemOf),
    problems: [...folder.problems, ...read.flatMap(({ problems }) => problems)],
  };
}

/** The generated schema is read as a file: building it anew would load all of TypeBox. */
function kindOf(kind: FileKind["kind"]): FileKind {
  return { kind, schema: readSchema(kind.replace("_", "-")) };
}

function toProject(files: ProjectFiles, draft: Draft): Project | null {
  const { settings, assistants, tools, vectorStores, scenarios, texts } = draft;
  if (!settings) return null;
  const targets = new Map(Object.entries(settings.value.targets ?? { local: embeddedTarget }));
  return {
    root: files.root,
    name: settings.value.project,
    settings,
    vars: settings.value.vars ?? {},
    targets,
    defaultTarget: defaultTargetOf(settings.value) ?? "local",
    moved: settings.value.moved ?? [],
    assistants,
    tools,
    vectorStores,
    scenarios,
    texts,
  };
}

const byName = <T>(declared: Declared<T>[]): ReadonlyMap<string, Declared<T>> =>
  new Map(declared.map((each) => [each.name, each]));

/** Problems without a place come first: they are about a whole file, or about the project. */
function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  if (!a || !b) return Number(b === undefined) - Number(a === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

const noProject = (root: string): Problem =>
  problem("no_project", `there is no playbill.yaml in ${root} or above it`, {
    hint: "Run `playbill init` to begin a project here.",
  });
