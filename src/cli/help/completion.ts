import type { Command } from "commander";
import type { World } from "../world.ts";

/** A shell with a completion script. */
type Shell = "bash" | "zsh" | "fish";

/** The completions after a command: its subcommands, its options, and the fixed values of options. */
interface Completions {
  /** The typed words, starting with the program's name: `playbill state rm`. */
  path: readonly string[];
  commands: readonly { name: string; description: string }[];
  options: readonly { flags: readonly string[]; description: string; choices: readonly string[] }[];
}

/** `playbill completion SHELL`: prints a script that completes commands, options and their values, and otherwise files. */
export async function completion({ stdout }: World, program: Command, shell: Shell): Promise<number> {
  const all = completionsOf(program, [program.name()]);
  stdout.write({ bash, zsh, fish }[shell](all));
  return 0;
}

function completionsOf(command: Command, path: readonly string[]): Completions[] {
  const own = {
    path,
    commands: command.commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: [...command.options, ...command.createHelp().visibleOptions(command).slice(-1)].map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
      description: option.description,
      choices: option.argChoices ?? [],
    })),
  };
  return [own, ...command.commands.flatMap((each) => completionsOf(each, [...path, each.name()]))];
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const flagsOf = ({ options }: Completions) => options.flatMap(({ flags }) => flags);
const wordsOf = (each: Completions) => [...each.commands.map(({ name }) => name), ...flagsOf(each)].join(" ");

/** Finds the command typed so far: the longest prefix that is a command. */
function walk(all: readonly Completions[]): string {
  const under = all.filter(({ path }) => path.length > 1);
  return under.map(({ path }) => quoted(path.slice(1).join(" "))).join("|");
}

function bash(all: readonly Completions[]): string {
  const cases = all.map((each) => `    ${quoted(each.path.slice(1).join(" "))}) words=${quoted(wordsOf(each))} ;;`);
  const values = valuesOf(all).map(([at, choices]) => `    ${at}) words=${quoted(choices)} ;;`);
  return `# Completion for playbill in bash. Source it, for example in ~/.bashrc.
_playbill() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command='' each next words=''
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${command:+$command }$each"
    case "$next" in ${walk(all)}) command=$next ;; esac
  done
  case "$command" in
${cases.join("\n")}
  esac
  case "$command $before" in
${values.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _playbill playbill
`;
}

/** Patterns of command and option for a shell's `case`, with the words that can follow. */
function valuesOf(all: readonly Completions[]): [pattern: string, words: string][] {
  return all.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flags, choices }): [string, string] => [
        flags.map((flag) => quoted(`${path.slice(1).join(" ")} ${flag}`)).join("|"),
        choices.join(" "),
      ]),
  );
}

function zsh(all: readonly Completions[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const described = [
      ...commands.map(({ name, description }) => `${name}:${description}`),
      ...options.flatMap(({ flags, description }) => flags.map((flag) => `${flag}:${description}`)),
    ];
    return `    ${quoted(path.slice(1).join(" "))}) words=(${described.map(quoted).join(" ")}) ;;`;
  });
  const values = valuesOf(all).map(([at, choices]) => `    ${at}) words=(${choices}) ;;`);
  return `#compdef playbill
# Completion for playbill in zsh. Save it as _playbill in a folder of $fpath.
_playbill() {
  local command='' each next
  local -a words_so_far words
  words_so_far=("\${(@)words[2,CURRENT-1]}")
  for each in $words_so_far; do
    next="\${command:+$command }$each"
    case "$next" in ${walk(all)}) command=$next ;; esac
  done
  words=()
  case "$command" in
${cases.join("\n")}
  esac
  case "$command \${words_so_far[-1]}" in
${values.join("\n")}
  esac
  _describe 'playbill' words
  _files
}
compdef _playbill playbill
`;
}

function fish(all: readonly Completions[]): string {
  const lines = all.flatMap(({ path, commands, options }) => {
    const under = path.slice(1);
    const nested = commands.map(({ name }) => name).join(" ");
    const seen = under.map((word) => `__fish_seen_subcommand_from ${word}`);
    const when = [...seen, ...(nested === "" ? [] : [`not __fish_seen_subcommand_from ${nested}`])].join("; and ");
    const condition = when === "" ? "" : ` -n ${quoted(when)}`;
    return [
      ...commands.map(
        ({ name, description }) => `complete -c playbill -f${condition} -a ${quoted(name)} -d ${quoted(description)}`,
      ),
      ...options.map(({ flags, description, choices }) => {
        const named = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const values = choices.length === 0 ? "" : ` -x -a ${quoted(choices.join(" "))}`;
        return `complete -c playbill${condition} ${named.join(" ")}${values} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# Completion for playbill in fish. Save it as ~/.config/fish/completions/playbill.fish.\n${lines.join("\n")}\n`;
}
