#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import module from "node:module";
import { oldNodeProblem } from "./cli/node-version.ts";

const tooOld = oldNodeProblem(process.versions.node);
if (tooOld === null) {
  // In the system's temporary folder; from the second start on, less is to be compiled.
  module.enableCompileCache();
  const { main } = await import("./cli/main.ts");
  const { createWorld } = await import("./cli/world.ts");
  process.exitCode = await main(process.argv.slice(2), createWorld());
} else {
  const { renderProblems } = await import("./problem-text.ts");
  process.stderr.write(renderProblems([tooOld], { color: false }));
  process.exitCode = 4;
}
