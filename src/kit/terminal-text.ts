/** C0 and C1 controls, characters that change the direction of text, and line separators that some programs interpret. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * What a log of GitHub Actions or Azure Pipelines would interpret as a command: `::name` at the start of a line, with any blanks
 * before it, and `##[` or `##vso[` anywhere (actions/runner, `ActionCommand.TryParseV2` and `TryParse`).
 */
const commands = /(?<=^[^\S\n]*):(?=:)|#(?=#(?:vso)?\[)/gm;

/**
 * Text from outside, made safe for a terminal and for a CI log: characters that would control either are shown as `\u001b`. Line ends stay,
 * and a tab becomes four spaces.
 */
export function printable(text: string): string {
  const unified = text.replaceAll("\r\n", "\n").replaceAll("\t", "    ");
  return unified.replaceAll(controls, (each) => (each === "\n" ? each : escaped(each))).replaceAll(commands, escaped);
}

/** The same for text that must stay on one line: line ends and tabs are shown as `\u000a` and `\u0009`. */
export function printableLine(text: string): string {
  return text.replaceAll(controls, escaped).replaceAll(commands, escaped);
}

/** A colour or another style, as `yoctocolors` writes it, or a character that could control a terminal. */
const stylesAndControls = new RegExp(`\\u001b\\[[\\d;]*m|${controls.source}`, "gu");

/**
 * The last safeguard before a stream: like `printable`, but keeps colours and tabs. Text from outside has to be made printable before
 * it gets here, or it could still set colours and begin lines. JSON keeps its meaning: it decodes `\u001b` in a text to the same character.
 */
export function printableOutput(text: string): string {
  const safe = text.replaceAll(stylesAndControls, (each) =>
    each === "\n" || each === "\t" || each.length > 1 ? each : escaped(each),
  );
  return safe.replaceAll(commands, escaped);
}

/** A command line for a CI log, `::error file=a.yaml::...`, that cannot contain another command. */
export function printableCommand(line: string): string {
  const [, sign = "", rest = ""] = /^(::)?([^]*)$/.exec(line) ?? [];
  const end = rest.endsWith("\n") ? "\n" : "";
  return `${sign}${printableLine(rest.slice(0, rest.length - end.length))}${end}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
