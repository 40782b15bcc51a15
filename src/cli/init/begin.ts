import { statSync } from "node:fs";
import { resolve } from "node:path";
import { httpUrlHint, isHttpUrl } from "../../project/http-url.ts";
import { fail } from "../../problem.ts";
import { suggest } from "../../kit/words.ts";
import { type World, isInCi } from "../world.ts";
import { type TemplateName, templateNames, templates } from "./templates.ts";

/** The initial content of a project. */
export type Beginning =
  | { kind: "template"; name: TemplateName }
  /** `path` is absolute. */
  | { kind: "export"; path: string }
  | { kind: "server"; url: URL };

/** Options in place of the answers at a terminal. */
export interface BeginningOptions {
  template?: TemplateName;
  from?: string;
  yes?: true;
}

/** The choice by options, or else by the user at a terminal; without a terminal, the first template. */
export async function chooseBeginning(world: World, { template, from, yes }: BeginningOptions): Promise<Beginning> {
  if (from !== undefined) return parseSource(world.cwd, from);
  if (template !== undefined) return { kind: "template", name: template };
  const ask = yes === true ? null : askOf(world);
  return ask === null ? { kind: "template", name: "basic" } : askBeginning(world, ask);
}

/** The prompt; `null` where no one would answer: without a terminal on both sides, and in CI. */
function askOf(world: World): World["ask"] {
  return world.stdout.isTTY && !isInCi(world) ? world.ask : null;
}

const importing = "import";

async function askBeginning(world: World, ask: NonNullable<World["ask"]>): Promise<Beginning> {
  const choices = [
    ...templateNames.map((name): [string, string] => [name, templates[name].about]),
    [importing, "your own assistants, from an export or a server"] as const,
  ];
  const rows = choices.map(([name, about], index) => `  ${index + 1}  ${name.padEnd(9)}  ${about}\n`);
  world.stderr.write(`What should the project start with?\n${rows.join("")}`);
  for (;;) {
    const answer = given(await ask("Number or name [1]: "));
    const chosen =
      answer === "" ? choices[0] : (choices[Number(answer) - 1] ?? choices.find(([name]) => name === answer));
    if (chosen === undefined) {
      const meant = suggest(
        answer,
        choices.map(([name]) => name),
      );
      world.stderr.write(
        `There is no ${JSON.stringify(answer)}.${meant === undefined ? "" : ` Did you mean ${meant}?`}\n`,
      );
    } else if (chosen[0] !== importing) return { kind: "template", name: chosen[0] as TemplateName };
    else return parseSource(world.cwd, given(await ask("A file or folder of exported JSON, or the URL of a server: ")));
  }
}

/** The typed answer. Throws a ProblemError for Ctrl-D, which chooses nothing. */
function given(answer: string | null): string {
  if (answer !== null) return answer.trim();
  return fail("not_confirmed", "nothing was chosen, and nothing was written", {
    hint: "Press Enter for the first choice, or name one: --template basic.",
  });
}

/** The export or server with this path or URL. Throws a ProblemError when it is neither. */
function parseSource(cwd: string, source: string): Beginning {
  if (/^https?:/i.test(source)) return { kind: "server", url: parseServer(source) };
  const path = resolve(cwd, source);
  if (source !== "" && statSync(path, { throwIfNoEntry: false }) !== undefined) return { kind: "export", path };
  return fail("missing_file", `there is no file or folder ${JSON.stringify(source)} to import`, {
    hint: "Name JSON as the API's list calls answered it, or the URL of a server. docs/import.md says more.",
  });
}

function parseServer(text: string): URL {
  if (!isHttpUrl(text))
    return fail("bad_flag", `${JSON.stringify(text)} is not the URL of a server`, { hint: httpUrlHint });
  const url = new URL(text);
  if (url.username === "" && url.password === "") return url;
  return fail("bad_flag", "the URL has a user name or a password in it", {
    hint: "Leave them out: playbill.yaml is committed. The key is read from OPENAI_API_KEY.",
  });
}
