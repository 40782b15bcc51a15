import type { ImportDraft } from "../../project/write/import-draft.ts";
import { textsOf } from "../../project/write/import-draft.ts";
import type { Applied } from "../../sync/apply/apply.ts";
import type { World } from "../world.ts";

interface Imported {
  drafts: readonly ImportDraft[];
  /** Paths of the new files. */
  written: readonly string[];
  /** `null` for an export, which has no target. */
  target: string | null;
  /** The results for the objects; `null` when none was changed. */
  applied: Applied | null;
  isDry: boolean;
  json: boolean;
}

/** The maximum number of lines shown of each file to write. */
const mostLines = 40;

/** Prints what an import wrote, or would write. */
export function importReport(world: World, imported: Imported): void {
  const shown = imported.json ? asJson(imported) : asText(imported, world.command(world.cwd));
  world.stdout.write(world.secrets.redact(shown));
}

function asJson({ drafts, written, target, applied, isDry }: Imported): string {
  const done = new Set(applied?.done.map(({ address }) => address));
  const result = {
    format_version: 1,
    target,
    dry_run: isDry,
    imported: drafts.map(({ address, object, writing }) => ({
      address,
      kind: object.kind,
      id: object.id,
      files: writing.files.map(({ path }) => path),
      not_written: writing.notWritten.map(({ field, what }) => ({ field, reason: what })),
      marked: done.has(address),
    })),
    files: isDry ? [...textsOf(drafts)].map(([path, text]) => ({ path, text })) : written.map((path) => ({ path })),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function asText({ drafts, written, target, applied, isDry }: Imported, command: string): string {
  if (drafts.length === 0) return "Nothing to import: every object at the target has an owner.\n";
  const lines = drafts.flatMap(({ address, object, writing }) => [
    `${address}  ${object.id}`,
    ...writing.files.map(({ path }) => `  ${path}`),
  ]);
  const texts = textsOf(drafts);
  if (isDry) {
    const files = [...texts].flatMap(([path, text]) => ["", `--- ${path}`].concat(cut(text)));
    return [...lines, ...files, "", "Nothing was written.", ""].join("\n");
  }
  const files = `${written.length} ${written.length === 1 ? "file" : "files"}`;
  if (applied === null || target === null) {
    return [...lines, `Wrote ${files}.`, `To see what a sync would create from them: ${command} plan`, ""].join("\n");
  }
  const { done, failed, notStarted, skipped } = applied;
  const left = failed.length + notStarted.length + skipped.length;
  const outcome = `Wrote ${files}; ${done.length} of ${drafts.length} marked as owned by this project at ${target}.`;
  const next =
    left === 0
      ? `The next plan is empty: ${command} plan --target ${target}`
      : "To continue, run the same command again.";
  return [...lines, outcome, next, ""].join("\n");
}

function cut(text: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  const more = lines.length - mostLines;
  return more <= 0 ? lines : [...lines.slice(0, mostLines), `... ${more} more ${more === 1 ? "line" : "lines"}`];
}
