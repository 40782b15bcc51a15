import { suggest } from "../../kit/words.ts";
import { fail, advice } from "../../problem.ts";
import type { World } from "../world.ts";
import { pageText } from "./page-text.ts";
import { readPage } from "./pages.ts";

/** The entry of a code in docs/problems.md. */
interface Explanation {
  code: string;
  /** The heading above it, with the exit code. */
  section: string;
  /** Markdown. */
  meaning: string;
  /** Markdown. */
  advice: string;
}

interface Options {
  json?: true;
}

/** `playbill explain [code]`: explains a problem's code and what to do; without a code, lists all codes. */
export async function explain(world: World, code: string | undefined, { json }: Options): Promise<number> {
  const all = explanations(readPage("problems"));
  const asked = code === undefined ? all : [all.find((each) => each.code === code) ?? unknown(code, all)];
  if (json) world.stdout.write(`${JSON.stringify({ format_version: 1, codes: asked }, null, 2)}\n`);
  else if (code === undefined) world.stdout.write(listText(all));
  else for (const each of asked) world.stdout.write(await pageText(world, markdownOf(each)));
  return 0;
}

/** The rows of the page's tables, in order. */
function explanations(markdown: string): Explanation[] {
  let section = "";
  return markdown.split("\n").flatMap((line) => {
    section = /^## (.+)$/.exec(line)?.[1] ?? section;
    const [, code, meaning, advice] = /^\| `(\w+)` \| (.+?) \| (.+) \|$/.exec(line) ?? [];
    if (code === undefined || meaning === undefined || advice === undefined) return [];
    return [{ code, section, meaning: unescaped(meaning), advice: unescaped(advice) }];
  });
}

/** The text of a table cell, in which a vertical bar is escaped with a backslash. */
function unescaped(cell: string): string {
  return cell.replaceAll(String.raw`\|`, "|");
}

function markdownOf({ code, section, meaning, advice }: Explanation): string {
  return `# ${code}\n\n*${section}*\n\n${meaning}\n\n**What to do:** ${advice}\n`;
}

function listText(all: readonly Explanation[]): string {
  const sections = Map.groupBy(all, ({ section }) => section);
  const blocks = [...sections].map(([section, rows]) => {
    const lines = rows.map(({ code }) => `  ${code}`);
    return `${section.replaceAll("`", "")}\n${lines.join("\n")}\n`;
  });
  return blocks.join("\n");
}

function unknown(code: string, all: readonly Explanation[]): never {
  const meant = suggest(
    code,
    all.map((each) => each.code),
  );
  return fail(
    "bad_flag",
    `no problem has the code ${JSON.stringify(code)}`,
    meant === undefined
      ? advice("To list all codes: playbill explain")
      : advice({ purpose: "Did you mean", command: `playbill explain ${meant}` }),
  );
}
