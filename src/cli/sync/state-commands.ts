import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that inspect and repair what Playbill knows about a target. */
export function addStateCommands(program: Command, run: RunCommand): void {
  const state = program.command("state").description("inspect and repair what Playbill knows about a target");
  state
    .command("list")
    .description("list every object that this project owns at the target")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./state.ts")).list));
  state
    .command("show")
    .argument("<address>")
    .description("show the lock entry of an object and its current state at the target")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).show));
  state
    .command("mv")
    .argument("<from>")
    .argument("<to>")
    .description("move an object to another address")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).mv));
  state
    .command("rm")
    .argument("<address>")
    .description("forget an object without deleting it at the target")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).rm));
  state
    .command("unprotect")
    .argument("<address>")
    .description("allow an object to be deleted")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).unprotect));
  state
    .command("dedupe")
    .argument("[addresses...]", "addresses or globs (default: everything)")
    .description("delete all but the oldest object marked with the same address")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).dedupe));
  state
    .command("rebuild")
    .description("rebuild the lock from the markers of this project's objects at the target")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).rebuild));
}
