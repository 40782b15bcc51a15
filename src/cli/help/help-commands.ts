import { Argument, type Command } from "commander";
import { json } from "../options.ts";
import type { RunCommand } from "../run-command.ts";
import { commandHelp } from "./command-examples.ts";

/** The shells that completion has a script for. */
const shells = ["bash", "zsh", "fish"];

/** Adds the commands that tell about Playbill itself. */
export function addHelpCommands(program: Command, run: RunCommand): void {
  program
    .command("help")
    .argument("[words...]", "a command, as in state rm, or a page of the documentation")
    .description("show the options of a command, or a page of the documentation")
    .action(
      run(async () => {
        const { help } = await import("./help.ts");
        return (world, words: string[]) => help(world, program, words);
      }),
    );

  program
    .command("explain")
    .argument("[code]", "the word in brackets of a problem; default: list all of them")
    .description("say what a problem means, and what to do")
    .addOption(json())
    .action(run(async () => (await import("./explain.ts")).explain));

  program
    .command("schema")
    .argument("[kind]", "as in scenario; default: list the kinds")
    .description("print the JSON Schema of a kind of file")
    .action(run(async () => (await import("./schema.ts")).schema));

  program
    .command("examples")
    .argument("[name]", "one of them; default: list all of them")
    .description("print a file to copy from")
    .addOption(json())
    .action(run(async () => (await import("./examples.ts")).examples));

  program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell that completes").choices(shells))
    .description("print a script with which a shell completes commands and options")
    .action(
      run(async () => {
        const { completion } = await import("./completion.ts");
        return (world, shell: "bash" | "zsh" | "fish") => completion(world, program, shell);
      }),
    );
}

/** Puts examples, and where to read more, below the help of every command. `typed` is what starts the program here. */
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
