import { randomUUID } from "node:crypto";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { type Holder, isAlive, ownHolder, parseHolder } from "../../kit/holder.ts";
import { asList, asObject, parseJson } from "../../kit/json.ts";
import { contentsOf } from "../../project/contents.ts";
import type { Project } from "../../project/project.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import type { EndedRun, TestRun, TestSession } from "../../targets/target.ts";
import { ensureStateFolder } from "../folders.ts";
import type { OpenTarget } from "../open-target.ts";

/** The purpose of a session, besides its identity. */
export type SessionAims = Pick<TestRun, "project" | "resources" | "contentOf" | "onProgress">;

/**
 * Opens a session at a target, with a note in this folder until all its objects there are deleted. Objects of sessions with notes
 * whose processes no longer exist are deleted when this session is closed, whatever their age.
 */
export async function openNotedSession(
  root: string,
  { name, target }: Pick<OpenTarget, "name" | "target">,
  aims: SessionAims,
): Promise<TestSession> {
  const runId = randomUUID().slice(0, 8);
  const kinds = new Set([...aims.resources.values()].map(({ kind }) => kind.name));
  const notes = folderOf(root, name);
  const ended = await endedSessions(notes);
  await write(root, join(notes, `${runId}.json`), { ...ownHolder(), kinds: [...kinds] });
  const session = target.testing({ ...aims, target: name, runId, ended });
  return {
    ...session,
    async close() {
      await session.close();
      for (const each of [runId, ...ended.map((other) => other.runId)]) {
        await rm(join(notes, `${each}.json`), { force: true }).catch(() => {});
      }
    },
  };
}

/** Deletes objects that killed sessions of this folder left behind at a target. */
export async function collectEndedSessions(project: Project, open: OpenTarget): Promise<void> {
  const { root, name } = project;
  if ((await endedSessions(folderOf(root, open.name))).length === 0) return;
  const nothing = { resources: new Map<string, never>(), contentOf: contentsOf(project, []), onProgress: () => {} };
  await (await openNotedSession(root, open, { project: name, ...nothing })).close();
}

function folderOf(root: string, target: string): string {
  return join(root, ".playbill", `${target}.sessions`);
}

interface Note extends Holder {
  /** The kinds of objects it creates. */
  kinds: string[];
}

/** Writes a note. Without one, in a read-only folder, objects of killed sessions are found only by age. */
async function write(root: string, file: string, note: Note): Promise<void> {
  try {
    await ensureStateFolder(root);
    await writeWhole(file, `${JSON.stringify(note)}\n`);
  } catch {
    // Ignore: only later cleanup needs the note.
  }
}

async function endedSessions(notes: string): Promise<EndedRun[]> {
  const names = (await readdir(notes).catch(() => [])).filter((name) => name.endsWith(".json"));
  const read = names.map(async (name): Promise<EndedRun[]> => {
    const text = await readFile(join(notes, name), "utf8").catch(() => "");
    const holder = parseHolder(text);
    if (holder === null || isAlive(holder)) return [];
    const kinds = new Set(asList(asObject(parseJson(text)).kinds));
    return [{ runId: name.replace(/\.json$/, ""), kinds: resourceKinds.filter((kind) => kinds.has(kind.name)) }];
  });
  return (await Promise.all(read)).flat();
}
