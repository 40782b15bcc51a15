import type { Command } from "commander";
import { suggest } from "../../kit/words.ts";
import { fail, advice } from "../../problem.ts";
import type { World } from "../world.ts";
import { pageText } from "./page-text.ts";
import { pageNames, readPage, titleOf } from "./pages.ts";

/** `playbill help [words...]`: shows the options of a command or a documentation page; without words, lists both. */
export async function help(world: World, program: Command, words: readonly string[]): Promise<number> {
  const command = commandOf(program, words);
  if (command === program) {
    program.outputHelp();
    world.stdout.write(pagesText(world));
    return 0;
  }
  if (command !== null) {
    command.outputHelp();
    return 0;
  }
  const name = words.join("-");
  if (!pageNames().includes(name)) return unknownTopic(program, words);
  world.stdout.write(await pageText(world, readPage(name)));
  return 0;
}

/** The command with these words; `null` when there is none. */
function commandOf(program: Command, words: readonly string[]): Command | null {
  return words.reduce<Command | null>(
    (command, word) => command?.commands.find((each) => each.name() === word) ?? null,
    program,
  );
}

function pagesText({ command, cwd }: World): string {
  const names = pageNames();
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${titleOf(readPage(name)).replaceAll("`", "")}`);
  return `\nDocumentation pages, shown with ${command(cwd)} help PAGE:\n${lines.join("\n")}\n`;
}

function unknownTopic(program: Command, words: readonly string[]): never {
  const typed = words.join(" ");
  const meant = suggest(typed, [...program.commands.map((each) => each.name()), ...pageNames()]);
  return fail(
    "bad_flag",
    `there is no command or documentation page called ${JSON.stringify(typed)}`,
    meant === undefined
      ? advice("To list both: playbill help")
      : advice({ purpose: "Did you mean", command: `playbill help ${meant}` }),
  );
}
