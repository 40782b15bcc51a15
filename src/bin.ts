#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { enableCompileCache } from "node:module";

// In the system's temporary folder; from the second start on, less is to be compiled.
enableCompileCache();
const { main } = await import("./cli/main.ts");
const { createWorld } = await import("./cli/world.ts");

process.exitCode = await main(process.argv.slice(2), createWorld());
