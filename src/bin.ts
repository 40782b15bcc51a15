#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { main } from "./cli/main.ts";
import { createWorld } from "./cli/world.ts";

process.exitCode = await main(process.argv.slice(2), createWorld());
