import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that inspect and repair what Playbill knows of a target. */
export function addStateCommands(program: Command, run: RunCommand): void {
  const state = program.command("state").description("inspect and repair what Playbill knows of a target");
  state
    .command("list")
    .description("every object that this project owns at the target")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./state.ts")).list));
  state
    .command("show")
    .argument("<address>")
    .description("what is known of an object, and how it is at the target now")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).show));
  state
    .command("mv")
    .argument("<from>")
    .argument("<to>")
    .description("give an object another address")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).mv));
  state
    .command("rm")
    .argument("<address>")
    .description("forget an object; it stays at the target")
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
    .argument("[addresses...]", "addresses or globs; default: everything")
    .description("delete all but the oldest of several objects that carry one address's marker")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).dedupe));
  state
    .command("rebuild")
    .description("find this project's objects at the target by their markers")
    .addOption(target())
    .action(run(async () => (await import("./state.ts")).rebuild));
}
