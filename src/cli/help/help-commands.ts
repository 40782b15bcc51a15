import { Argument, type Command } from "commander";
import { json } from "../options.ts";
import type { RunCommand } from "../run-command.ts";
import { commandHelp } from "./command-examples.ts";

/** The shells with a completion script. */
const shells = ["bash", "zsh", "fish"];

/** Adds the commands about Playbill itself. */
export function addHelpCommands(program: Command, run: RunCommand): void {
  program
    .command("help")
    .argument("[words...]", "a command, for example state rm, or a documentation page")
    .description("show the options of a command, or a documentation page")
    .action(
      run(async () => {
        const { help } = await import("./help.ts");
        return (world, words: string[]) => help(world, program, words);
      }),
    );

  program
    .command("explain")
    .argument("[code]", "the code that a problem shows in brackets (default: list all codes)")
    .description("explain what a problem means and what to do")
    .addOption(json())
    .action(run(async () => (await import("./explain.ts")).explain));

  program
    .command("schema")
    .argument("[kind]", "for example scenario (default: list the kinds)")
    .description("print the JSON Schema of a kind of file")
    .action(run(async () => (await import("./schema.ts")).schema));

  program
    .command("examples")
    .argument("[name]", "the name of an example (default: list all of them)")
    .description("print an example file to copy")
    .addOption(json())
    .action(run(async () => (await import("./examples.ts")).examples));

  program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell to complete for").choices(shells))
    .description("print a script that completes commands and options in a shell")
    .action(
      run(async () => {
        const { completion } = await import("./completion.ts");
        return (world, shell: "bash" | "zsh" | "fish") => completion(world, program, shell);
      }),
    );
}

/** Adds examples and the documentation page to the help of every command. `typed` is how this user starts the program. */
export function addExamples(program: Command, typed: () => string): void {
  for (const [path, { page, examples }] of Object.entries(commandHelp)) {
    const command = path
      .split(" ")
      .reduce<Command | undefined>((above, name) => above?.commands.find((each) => each.name() === name), program);
    command?.addHelpText("after", () => {
      const width = Math.max(...examples.map(([line]) => line.length));
      const lines = examples.map(([line, purpose]) => `  ${typed()} ${line.padEnd(width)}  # ${purpose}`);
      return `\nExamples:\n${lines.join("\n")}\n\nMore: ${typed()} help ${page}`;
    });
  }
}
