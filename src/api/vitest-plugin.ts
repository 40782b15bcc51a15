import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { openProjectFiles } from "../project/files.ts";
import { createDependencies } from "../scenarios/selection/dependencies.ts";
import { loadProject, loadedAs } from "./loaded-project.ts";
import type { ScenarioTests } from "./vitest.ts";
import { located } from "./vitest-errors.ts";

/** Options for all scenario files as tests. */
export type PluginOptions = Pick<
  ScenarioTests,
  "cwd" | "target" | "deployed" | "repeat" | "retries" | "confirm" | "allRuns" | "concurrent" | "timeout"
>;

/** The used part of a Vite plugin's interface. */
export interface VitestPlugin {
  name: string;
  config(config: { root?: string; test?: { include?: string[]; exclude?: string[] } }): Promise<object>;
  load(id: string): Promise<{ code: string; moduleType: "js" } | null>;
  transform(this: { addWatchFile(file: string): void }, code: string, id: string): Promise<null>;
  watchChange(): void;
}

/** YAML files under `scenarios/` that are not scenarios. */
const others = ["recordings/**", "baselines/**", "quarantine.yaml", "**/defaults.yaml", "**/files/**"];

/** The path of this module. Vite needs it when the package is a symbolic link. */
const own = fileURLToPath(import.meta.url);

/** Makes each scenario file of a project a test file, and watches the files it depends on. */
export function playbill(options: PluginOptions = {}): VitestPlugin {
  let cwd = options.cwd ?? process.cwd();
  let read: ReturnType<typeof readProject> | null = null;
  const projectNow = () => (read ??= readProject(cwd));
  return {
    name: "playbill",
    async config(config) {
      const { configDefaults } = await import("vitest/config");
      const base = config.root ?? process.cwd();
      cwd = options.cwd ?? base;
      const { root, tags } = await located(cwd, projectNow);
      const folder = [relative(base, root).split(sep).join("/"), "scenarios"].filter((each) => each !== "").join("/");
      const { include, exclude } = config.test ?? {};
      // Arrays in a config are concatenated, so vitest's own defaults must be repeated.
      return {
        test: {
          include: [...(include === undefined ? configDefaults.include : []), `${folder}/**/*.yaml`],
          exclude: [
            ...(exclude === undefined ? configDefaults.exclude : []),
            ...others.map((each) => `${folder}/${each}`),
          ],
          tags: tags.map((name) => ({ name })),
        },
      };
    },
    async load(id) {
      const { root } = await projectNow();
      const file = fileIn(root, id);
      if (file === null) return null;
      const its = JSON.stringify({ ...options, cwd: root, paths: [file], tagged: true });
      return { code: `import { scenarios } from "playbill/vitest";\nawait scenarios(${its});\n`, moduleType: "js" };
    },
    async transform(code, id) {
      if (id === own || !code.includes("playbill/vitest")) return null;
      const { root, filesOf } = await projectNow();
      const file = fileIn(root, id);
      for (const each of filesOf(file)) if (each !== file) this.addWatchFile(join(root, each));
      return null;
    },
    watchChange() {
      read = null;
    },
  };
}

/** The path of a scenario file from the root; `null` for other modules. */
function fileIn(root: string, id: string): string | null {
  const file = relative(root, id).split(sep).join("/");
  return file.startsWith("scenarios/") && file.endsWith(".yaml") ? file : null;
}

interface ReadProject {
  root: string;
  /** Of all scenarios. */
  tags: string[];
  /** The files that a scenario file depends on, including itself, from the root; `null` for those of all scenario files. */
  filesOf(this: void, file: string | null): string[];
}

/** The project of a folder, also when some of its files are broken. */
async function readProject(cwd: string): Promise<ReadProject> {
  const loaded = await loadProject({ cwd, needs: () => false });
  const { project } = loadedAs(loaded);
  const dependenciesOf = createDependencies(project, openProjectFiles(project.root));
  const known = new Map(
    project.scenarios.map((declared) => [declared.file, dependenciesOf(declared).map(({ file }) => file)]),
  );
  const all = new Set([...project.files.values(), ...[...known.values()].flat()]);
  return {
    root: project.root,
    tags: [...new Set(project.scenarios.flatMap(({ value }) => value.tags ?? []))],
    // A broken file may depend on any file.
    filesOf: (file) => (file === null ? [...all] : (known.get(file) ?? [file, ...all])),
  };
}
