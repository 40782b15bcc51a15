#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import module from "node:module";
import { oldNodeProblem } from "./cli/node-version.ts";

/** What an interrupted command hangs in, such as a connection, may keep the process for so many milliseconds. */
const endingTime = 100;

const tooOld = oldNodeProblem(process.versions.node);
if (tooOld === null) {
  // In the system's temporary folder; from the second start on, less is to be compiled.
  module.enableCompileCache();
  const { main } = await import("./cli/main.ts");
  const { createWorld } = await import("./cli/world.ts");
  const world = createWorld();
  process.exitCode = await main(process.argv.slice(2), world);
  // Everything was written by now, so nothing is lost.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (world.signal.aborted) setTimeout(() => process.exit(), endingTime).unref();
} else {
  const { renderProblems } = await import("./problem-text.ts");
  process.stderr.write(renderProblems([tooOld], { color: false }));
  process.exitCode = 4;
}
