#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { writeSync } from "node:fs";
import { isSupportedNode, oldNodeProblem } from "./cli/node-version.ts";
import { asksForVersion, readVersion } from "./cli/package.ts";

/** What an interrupted command hangs in, such as a connection, may keep the process for so many milliseconds. */
const endingTime = 100;

const argv = process.argv.slice(2);
if (!isSupportedNode(process.versions.node)) {
  const { renderProblems } = await import("./problem-text.ts");
  process.stderr.write(renderProblems([await oldNodeProblem(process.versions.node)], { color: false }));
  process.exitCode = 4;
} else if (!asksForVersion(argv) || !isWritten(`${readVersion()}\n`)) {
  const { default: module } = await import("node:module");
  // In the system's temporary folder; from the second start on, less is to be compiled.
  module.enableCompileCache();
  const { main } = await import("./cli/main.ts");
  const { createWorld } = await import("./cli/world.ts");
  const world = createWorld();
  process.exitCode = await main(argv, world);
  // Everything was written by now, so nothing is lost.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (world.signal.aborted) setTimeout(() => process.exit(), endingTime).unref();
}

/** Writes a short text to the standard output; `false` when it cannot, which a command says in words. */
function isWritten(text: string): boolean {
  try {
    return writeSync(1, text) === text.length;
  } catch {
    return false;
  }
}
