import type { Draft } from "./draft.ts";
import type { OwnedProblem } from "./folders.ts";
import { defaultsAbove } from "./scenario-defaults.ts";
import type { Declared } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";

/** What a command needs from a project. Problems elsewhere do not block it. */
export interface Need {
  /** The files that are read besides `playbill.yaml`: none; assistants with their tools and stores; scenarios too. */
  files: "none" | "resources" | "all";
  /** Selects files, each with everything it needs; default: all. `file` is a path from the root. */
  isSelected?: (address: string, file: string) => boolean;
  /** Of `playbill.yaml`: everything, or only the valid parts; faults are then warnings. */
  settings?: "sound" | "whole";
}

/** Which files the selection needs, and which are valid with everything they need. */
export interface FilesNeeded {
  isNeeded(this: void, file: string): boolean;
  isSound(this: void, file: string): boolean;
}

/** Follows references of the selected files: from a scenario to its assistant, from an assistant to its tools and vector stores. */
export function filesNeeded(
  draft: Draft,
  found: readonly OwnedProblem[],
  { isSelected }: Pick<Need, "isSelected">,
): FilesNeeded {
  const uses = usesOf(draft);
  const faulty = new Set(found.filter(({ problem }) => problem.severity === "error").map(({ owner }) => owner));
  const isSound = (file: string): boolean => ![...closure([file], uses)].some((each) => faulty.has(each));
  if (isSelected === undefined) return { isNeeded: () => true, isSound };
  const selected = [...draft.addresses].flatMap(([file, address]) => (isSelected(address, file) ? [file] : []));
  const needed = closure(["playbill.yaml", ...selected], uses);
  return { isNeeded: (file) => needed.has(file), isSound };
}

function closure(files: readonly string[], uses: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set(files);
  for (const file of reached) for (const each of uses.get(file) ?? []) reached.add(each);
  return reached;
}

/** The files that each file refers to, by path. */
function usesOf(draft: Draft): ReadonlyMap<string, readonly string[]> {
  const files = new Map([...draft.addresses].map(([file, address]) => [address, file]));
  const fileOf = (address: string): string[] => {
    const file = files.get(address);
    return file === undefined ? [] : [file];
  };
  const { assistants, scenarios, scenarioDefaults, rests } = draft;
  return new Map([
    ...[...assistants.values(), ...rests.assistants].map(
      (each) => [each.file, resourcesOf(each).flatMap(fileOf)] as const,
    ),
    ...[...scenarios, ...rests.scenarios].map(
      (each) =>
        [each.file, [...assistantOf(each).flatMap(fileOf), ...defaultsAbove(each.file, scenarioDefaults)]] as const,
    ),
  ]);
}

function resourcesOf({ value: { tools = [] } }: Declared<WrittenAssistant>): string[] {
  return tools.flatMap((tool) => {
    if (typeof tool === "string") return [];
    if ("function" in tool) return [`tool.${tool.function}`];
    const store = "file_search" in tool ? tool.file_search.vector_store : undefined;
    return typeof store !== "string" ? [] : [`vector_store.${store}`];
  });
}

const assistantOf = ({ value: { assistant } }: Declared<WrittenScenario>): string[] => [`assistant.${assistant}`];
