import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Field, type FieldHashes, viewOf } from "../../resources/fields.ts";
import type { ResourceKind } from "../../resources/resource.ts";
import { fieldHash, isHashOf } from "../../resources/canonical-fields.ts";

/** A text that was applied, or merged into the files. Later edits are compared with it. */
export interface AppliedText {
  kind: ResourceKind;
  field: Field;
  text: string;
}

/** The folder of a target's texts under `.playbill/`. A text's file is named by its hash in the lock. */
function folderOf(root: string, target: string): string {
  return path.join(root, ".playbill", "applied", target);
}

/** True for a field whose edits can be merged line by line. */
export function isMergeable(kind: ResourceKind, field: Field): boolean {
  return kind.name === "assistant" && field === "instructions" && viewOf(kind, field).kind === "text";
}

/**
 * Saves texts, and removes all whose hash is not in the lock. They only save a search in snapshots and the Git history: one that
 * cannot be written, or was cut off, counts as missing.
 */
export async function keepAppliedTexts(
  root: string,
  target: string,
  texts: readonly AppliedText[],
  locked: readonly FieldHashes[],
): Promise<void> {
  const folder = folderOf(root, target);
  const known = new Set(locked.flatMap((hashes) => Object.values(hashes)));
  try {
    const there = new Set(await readdir(folder).catch(() => []));
    const named = texts
      .map(({ kind, field, text }) => ({ hash: fieldHash(kind, { [field]: text }, field), text }))
      .filter(({ hash }) => known.has(hash))
      .map(({ hash, text }) => ({ name: `${hash}.txt`, text }));
    const missing = named.filter(({ name }) => !there.has(name));
    if (missing.length > 0) await mkdir(folder, { recursive: true });
    for (const { name, text } of missing) await writeFile(path.join(folder, name), text);
    for (const name of there)
      if (!known.has(name.replace(/\.txt$/, ""))) await rm(path.join(folder, name), { force: true });
  } catch {
    // The disk is full or the folder is not writable: the next merge looks elsewhere.
  }
}

/** The text with this hash, which may be a prefix; `null` when it is not stored here. */
export async function findAppliedText(
  root: string,
  target: string,
  hash: string,
  { kind, field }: Pick<AppliedText, "kind" | "field">,
): Promise<string | null> {
  const folder = folderOf(root, target);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(hash))) {
    const text = await readFile(path.join(folder, name), "utf8").catch(() => "");
    if (isHashOf(hash, kind, { [field]: text }, field)) return text;
  }
  return null;
}
