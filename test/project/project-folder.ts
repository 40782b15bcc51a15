import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { loadProject } from "../../src/project/load.ts";
import { scenarioSide } from "../../src/scenarios/rules/rules.ts";
import type { Project } from "../../src/project/project.ts";
import { type Problem, ProblemError } from "../../src/problem.ts";

const minimal = {
  "playbill.yaml": "project: desk\n",
  "assistants/weather.yaml": "model: gpt-4o\n",
};

/** Writes files into a new folder, which is removed when the test is over; gives the folder. */
export function folderOf(files: Record<string, string | Uint8Array>): string {
  const root = mkdtempSync(join(tmpdir(), "playbill-project-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The problems of a sound little project with these files added or put in place of its own. */
export async function problemsOf(files: Record<string, string | Uint8Array>): Promise<Problem[]> {
  return (await loadProject(folderOf({ ...minimal, ...files }), {}, scenarioSide)).problems;
}

/** The same project, which must be sound. */
export async function projectOf(
  files: Record<string, string | Uint8Array>,
  environment: Record<string, string> = {},
): Promise<Project> {
  const { project, problems } = await loadProject(folderOf({ ...minimal, ...files }), environment, scenarioSide);
  if (!project) throw new Error(JSON.stringify(problems, null, 2));
  return project;
}

/** `unknown_key assistants/weather.yaml:2:1`: what tests say about a problem. */
export function brief({ severity, code, place }: Problem): string {
  const at = place ? ` ${place.file}:${place.line}:${place.column}` : "";
  return `${severity === "warning" ? "warning " : ""}${code}${at}`;
}

/** The problems that are thrown; none when nothing is. */
export function problemsThrownBy(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  return [];
}

const getWeather = `description: Weather
strict: true
parameters:
  type: object
  properties: { city: { type: string } }
  required: [city]
  additionalProperties: false
`;
/** A file, or several, and the problems that they have. */
export interface Row {
  what: string;
  files: Record<string, string>;
  problems: string[];
}

/** A sound tool, and an assistant that has it. */
export const withTool = {
  "assistants/tools/get_weather.yaml": getWeather,
  "assistants/weather.yaml": "model: gpt-4o\ntools: [{ function: get_weather }]\n",
};
