import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { sha256 } from "../../kit/hash.ts";
import { stemFrom } from "../../project/write/names.ts";
import { fileAddress } from "../../resources/address.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { FileSpec } from "../../resources/file/spec.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { StoreMember, VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import type { LockEntry } from "../../sync/lock/lock.ts";
import type { Found } from "./importable.ts";
import type { ProjectAtTarget } from "../../api/planning.ts";
import { fieldHashes } from "../../resources/canonical-fields.ts";

/** The contents of files in vector stores, if the target returns them: they are then in the project, and the project owns the files. */
export interface Contents {
  found: Found;
  /** Lock entries of the files, by address. */
  entries: Record<string, LockEntry>;
  /** The written paths, from the root. */
  written: string[];
  /** Deletes the written files. */
  discard(): Promise<void>;
}

/** The largest content that is downloaded, in bytes: larger files stay at the target. */
const most = 256 * 1024 * 1024;
/** Names that are valid on every file system and have no special meaning in globs. */
const plainName = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,120}$/u;

/**
 * Writes the contents of files in vector stores to `assistants/files/`. Most APIs do not return them: the first refused file ends
 * the download, and the YAML refers to files by id.
 */
export async function downloadContents({ project, open }: ProjectAtTarget, found: Found): Promise<Contents> {
  const { root } = project;
  const entries: Contents["entries"] = {};
  const written: string[] = [];
  const paths = new Map<string, { path: string; hash: string }>();
  const discard = async () => {
    for (const path of written) await rm(join(root, path), { force: true });
  };
  let left = most;
  let isGiven = true;

  async function download(store: string, id: string): Promise<void> {
    const filename = found.labels.get(id) ?? "";
    if (!isGiven || paths.has(id) || !plainName.test(filename)) return;
    const content = await open.target.registry.content(fileKind, id);
    isGiven = content !== null;
    if (content === null || content.byteLength > left || content.byteLength === 0) return;
    left -= content.byteLength;
    const hash = sha256(content);
    const path = await pathFor(root, `assistants/files/${store}`, filename, hash, new Set(Object.keys(entries)));
    if (!existsSync(join(root, path))) {
      await writeWhole(join(root, path), content);
      written.push(path);
    }
    const spec: FileSpec = { filename, bytes: content.byteLength, sha256: hash };
    const applied = fieldHashes(fileKind, spec);
    entries[fileAddress(path)] = { kind: fileKind.name, id, applied, observed: {}, protect: false };
    paths.set(id, { path, hash });
  }

  try {
    for (const live of found.live.filter(({ kind }) => kind === vectorStoreKind.name)) {
      const spec = live.spec as VectorStoreSpec;
      const folder = stemFrom(spec.name, "vector-store");
      for (const { file } of spec.files.kind === "members" ? spec.files.members : []) await download(folder, file);
    }
  } catch (error) {
    await discard();
    throw error;
  }
  const named = (member: StoreMember): StoreMember => {
    const at = paths.get(member.file);
    return at === undefined ? member : { file: member.file, path: at.path, sha256: at.hash };
  };
  const live = found.live.map((each) => {
    if (each.kind !== vectorStoreKind.name || paths.size === 0) return each;
    const spec = each.spec as VectorStoreSpec;
    if (spec.files.kind !== "members") return each;
    return Object.assign({}, each, {
      spec: { ...spec, files: { kind: "members", members: spec.files.members.map(named) } },
    });
  });
  return { found: { ...found, live, files: Object.keys(entries) }, entries, written, discard };
}

/** No contents, for an import that writes nothing. */
export function noContents(found: Found): Contents {
  return { found, entries: {}, written: [], discard: async () => {} };
}

/** A path that is free, or whose file already has exactly these bytes. */
async function pathFor(
  root: string,
  folder: string,
  filename: string,
  hash: string,
  taken: ReadonlySet<string>,
): Promise<string> {
  for (let count = 1; ; count += 1) {
    const path = count === 1 ? `${folder}/${filename}` : `${folder}/${count}/${filename}`;
    if (taken.has(fileAddress(path))) continue;
    const there = await readFile(join(root, path)).catch(() => null);
    if (there === null || sha256(there) === hash) return path;
  }
}
