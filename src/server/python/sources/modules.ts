import { figuresSource } from "./figures.ts";
import { packagesSource } from "./packages.ts";
import { preludeSource } from "./prelude.ts";
import { runnerSource } from "./runner.ts";

/** Our Python modules by name. */
export const pythonModules: Record<string, string> = {
  playbill_figures: figuresSource,
  playbill_packages: packagesSource,
  playbill_prelude: preludeSource,
  playbill_runner: runnerSource,
};
