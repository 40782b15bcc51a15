import { basename } from "node:path";
import { suggest } from "../../kit/words.ts";
import { fail, advice } from "../../problem.ts";
import type { World } from "../world.ts";
import { pageNames, readPage } from "./pages.ts";

/** A file shown on a documentation page. Tests load all of them and run the scenarios. */
interface Example {
  /** The file's name without folder and extension. */
  name: string;
  file: string;
  /** The subject of the example: the heading above it. */
  about: string;
  page: string;
  text: string;
}

interface Options {
  json?: true;
}

/** `playbill examples [name]`: prints files to copy; without a name, lists them. */
export async function examples({ stdout }: World, name: string | undefined, { json }: Options): Promise<number> {
  const all = pageNames().flatMap((page) => examplesOf(page, readPage(page)));
  const asked = name === undefined ? all : all.filter((each) => each.name === name);
  if (asked.length === 0) return unknown(name ?? "", all);
  if (json) stdout.write(`${JSON.stringify({ format_version: 1, examples: asked }, null, 2)}\n`);
  else stdout.write(name === undefined ? listText(all) : asked.map(({ text }) => text).join("\n"));
  return 0;
}

/** The code blocks whose first line names a file of a project. The tutorial is left out: its files change from step to step. */
function examplesOf(page: string, markdown: string): Example[] {
  if (page === "tutorial") return [];
  const part =
    /^(?:#+ (.+)|```(?:yaml|ts)\n((?:# |\/\/ )((?:assistants|scenarios)\/\S+|playbill\.yaml)\n[^]*?)^```)$/gm;
  let about = "";
  return [...markdown.matchAll(part)].flatMap(([, heading, text, file]) => {
    about = heading?.replaceAll("`", "") ?? about;
    return text === undefined || file === undefined ? [] : [{ name: nameOf(file), file, about, page, text }];
  });
}

function nameOf(file: string): string {
  return basename(file).replace(/\.\w+$/, "");
}

function listText(all: readonly Example[]): string {
  const names = new Map(all.map(({ name, about }) => [name, about]));
  const width = Math.max(...[...names.keys()].map((name) => name.length));
  return [...names].map(([name, about]) => `${name.padEnd(width)}  ${about}\n`).join("");
}

function unknown(name: string, all: readonly Example[]): never {
  const meant = suggest(
    name,
    all.map((each) => each.name),
  );
  return fail(
    "bad_flag",
    `there is no example called ${JSON.stringify(name)}`,
    meant === undefined
      ? advice("To list all examples: playbill examples")
      : advice({ purpose: "Did you mean", command: `playbill examples ${meant}` }),
  );
}
