import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { writeTogether } from "../../kit/files.ts";
import { fail } from "../../problem.ts";
import type { Pulled } from "../../project/edit/pull.ts";
import { openProjectFiles } from "../../project/files.ts";
import type { Line } from "../../sync/render/line.ts";
import { renderLines } from "../../sync/render/text.ts";
import { diffText } from "../../sync/render/text-diff.ts";
import { wantsColor } from "../output.ts";
import type { World } from "../world.ts";

export interface EditOptions {
  yes?: true;
  dryRun?: true;
  json?: true;
}

/** New texts of files, with a description of the edit. */
export interface EditedFiles extends Pick<Pulled, "texts" | "notes"> {
  /** The project's folder. */
  root: string;
  /** A sentence without a period: what was edited, and where. */
  title: string;
  /** Additional fields of the JSON output. */
  about: Record<string, unknown>;
}

/** Shows the changes to files, asks, and writes all or none; returns whether the files now have the wanted texts. */
export async function writeEdited(world: World, edited: EditedFiles, options: EditOptions): Promise<boolean> {
  const { root, texts, about } = edited;
  const before = textsNow(root, texts.keys());
  if (options.json !== true) world.stdout.write(shown(world, edited, before));
  const json = () => world.stdout.write(world.secrets.redact(asJson(about, texts)));
  if (options.dryRun === true) {
    if (options.json === true) json();
    else world.stdout.write("Nothing was written.\n");
    return true;
  }
  if (options.yes !== true && !(await confirmed(world))) return false;
  const now = textsNow(root, texts.keys());
  const changed = [...before].find(([path, text]) => now.get(path) !== text);
  if (changed !== undefined) {
    return fail("changed_since_plan", `${changed[0]} was changed in the meantime; nothing was written`, {
      hint: "Run the command again.",
    });
  }
  const changes = [...texts].map(async ([path, text]) => {
    const old = before.get(path) ?? null;
    const file = join(root, path);
    // A link stays a link: its destination is written.
    return { file: old === null ? file : await realpath(file), text, before: old };
  });
  await writeTogether(await Promise.all(changes));
  if (options.json === true) json();
  else
    world.stdout.write(
      texts.size === 0 ? "The files already have these values.\n" : `Wrote ${[...texts.keys()].join(", ")}.\n`,
    );
  return true;
}

function textsNow(root: string, paths: Iterable<string>): Map<string, string | null> {
  const files = openProjectFiles(root);
  return new Map(
    [...paths].map((path) => {
      const read = files.read(path);
      return [path, read.kind === "text" ? read.text : null];
    }),
  );
}

function shown(world: World, { title, texts, notes }: EditedFiles, before: ReadonlyMap<string, string | null>): string {
  const { redact } = world.secrets;
  const color = wantsColor(world.stdout, world.env);
  const files = [...texts].map(([path, text]) => {
    const { lines } = diffText(redact(before.get(path) ?? ""), redact(text));
    return `${path}\n${renderLines(path.endsWith(".md") ? lines : lines.map(withoutHeading), color)}\n`;
  });
  return `${title}. In the files:\n\n${files.join("\n")}${notes.map((note) => `\n${note}\n`).join("")}\n`;
}

/** Escapes YAML comments, which look like Markdown headings. */
function withoutHeading(line: Line): Line {
  return line.mark === "@" ? { ...line, text: line.text.replace(/, under ".*$/, "") } : line;
}

async function confirmed(world: World): Promise<boolean> {
  if (world.ask === null) {
    return fail("not_confirmed", "this would change files, but there is no terminal to confirm it", {
      hint: "Review the difference with pull --dry-run, then add --yes.",
    });
  }
  const answer = await world.ask('Write this? Only "yes" is accepted: ');
  if (answer?.trim() === "yes") return true;
  world.stderr.write("Nothing was written.\n");
  return false;
}

function asJson(about: Record<string, unknown>, texts: ReadonlyMap<string, string>): string {
  const files = [...texts].map(([path, text]) => ({ path, text }));
  return `${JSON.stringify({ format_version: 1, ...about, files }, null, 2)}\n`;
}
