import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Field, type FieldHashes, viewOf } from "../../resources/fields.ts";
import type { ResourceKind } from "../../resources/resource.ts";
import { fieldHash, isHashOf } from "../../resources/canonical-fields.ts";

/** A text that was applied, or merged into the files: what later edits of it are compared with. */
export interface AppliedText {
  kind: ResourceKind;
  field: Field;
  text: string;
}

/** Texts are kept for each target under `.playbill/`, by the hash that the lock has of them. */
function folderOf(root: string, target: string): string {
  return path.join(root, ".playbill", "applied", target);
}

/** True for a field whose edits can be merged line by line. */
export function isMergeable(kind: ResourceKind, field: Field): boolean {
  return kind.name === "assistant" && field === "instructions" && viewOf(kind, field).kind === "text";
}

/**
 * Keeps texts, and drops all that the lock does not have a hash of. They only spare looking into snapshots and the Git history: one that
 * cannot be written, or was cut off, is as if it were not there.
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
    // A full disk, or a folder that may not be written: the next merge looks elsewhere.
  }
}

/** The text with a hash, or with what a hash begins with; `null` when it is not kept here. */
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
