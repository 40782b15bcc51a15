import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loadSound } from "../../api/load.ts";
import { whatIsSound } from "../../api/planning.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { fail, advice } from "../../problem.ts";
import { bundlePathOf } from "../../project/bundle-path.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { dialectsWith } from "../../resources/dialects.ts";
import { parseBundle } from "../../targets/bundle/bundle-file.ts";
import { type WrittenAssistant, editedIn } from "../../targets/bundle/format.ts";
import { typesOf } from "./types.ts";
import type { World } from "../world.ts";

interface Options {
  target?: string;
  types?: true;
  json?: true;
}

const formatVersion = 1;

/** `playbill bundle`: lists the assistants in the file that a target publishes. Contacts nothing. */
export async function bundle(world: World, { target, types, json }: Options): Promise<number> {
  const project = await loadSound(world, whatIsSound);
  const config = resolveTarget(project, target, world.env);
  const publishing = dialectsWith("bundle");
  if (!publishing.includes(config.api)) {
    return fail("bad_flag", `target ${config.name} has no bundle: its assistants are objects at the target`, {
      hint: `Targets with a bundle have api: ${publishing.join(" or ")}.`,
    });
  }
  const path = bundlePathOf(config.name, config);
  const file = join(project.root, path);
  if (!existsSync(file)) {
    return fail(
      "not_synced",
      `there is no ${path}`,
      advice({ purpose: "To write it", command: `playbill sync --target ${config.name}` }),
    );
  }
  const entries = parseBundle(readFileSync(file, "utf8"), path);
  const edited = new Set(editedIn({ format_version: formatVersion, assistants: Object.fromEntries(entries) }));
  if (types === true) world.stdout.write(typesOf([...entries.keys()], basename(path)));
  else if (json === true)
    world.stdout.write(
      `${JSON.stringify({ format_version: formatVersion, path, assistants: rows(entries, edited) }, null, 2)}\n`,
    );
  else world.stdout.write(text(path, rows(entries, edited)));
  return 0;
}

interface Row {
  name: string;
  model: string;
  commit: string | null;
  fingerprint: string;
  /** True after a manual edit. */
  edited: boolean;
}

function rows(entries: ReadonlyMap<string, WrittenAssistant>, edited: ReadonlySet<string>): Row[] {
  return [...entries].map(([name, { request, metadata, fingerprint }]) => ({
    name,
    model: String(request.model),
    commit: metadata["playbill.rev"] || null,
    fingerprint,
    edited: edited.has(name),
  }));
}

function text(path: string, all: readonly Row[]): string {
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const model = Math.max(0, ...all.map((each) => each.model.length));
  const lines = all.map((each) => {
    const commit = each.commit?.slice(0, 12) ?? "no commit";
    const note = each.edited ? "  edited by hand" : "";
    return printableLine(`  ${each.name.padEnd(width)}  ${each.model.padEnd(model)}  ${commit}${note}`);
  });
  const count = `${all.length} ${all.length === 1 ? "assistant" : "assistants"}`;
  return `${[`${path}: ${count}`, ...lines].join("\n")}\n`;
}
