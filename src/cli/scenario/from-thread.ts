import type { OpenTarget } from "../../api/open-target.ts";
import { openAtTarget } from "../../api/planning.ts";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import { readThread } from "../../scenarios/transcripts/read.ts";
import { readLock } from "../../sync/lock/lock-file.ts";
import type { World } from "../world.ts";
import { type Candidate, badConversation } from "./drafts.ts";
import { reportSaved } from "./report.ts";
import { saveConversations } from "./save.ts";
import { type SavingOptions, saveOptions } from "./saving-options.ts";

/** `playbill scenario from-thread`: writes scenarios from threads at a target. */
export async function fromThread(
  world: World,
  ids: readonly string[],
  options: SavingOptions & { target?: string },
): Promise<number> {
  const need = { files: "resources", isSelected: () => false } as const;
  const at = await openAtTarget(world, options.target, { willWrite: false, need });
  const candidates: Candidate[] = [];
  const problems: Problem[] = [];
  try {
    for (const id of new Set(ids)) {
      world.stderr.status(`  reading ${id}`);
      const found = await threadAt(at.open, id);
      if ("problems" in found) problems.push(...found.problems);
      else candidates.push(found);
      // After a target fails, nothing more is requested; threads read before are still written.
      if ("problems" in found && found.problems.some(({ scope }) => scope === "target")) break;
    }
  } finally {
    world.stderr.status("");
    await at.open.close();
  }
  const saved = await saveConversations(
    world,
    candidates,
    saveOptions(options, await idsIn(at.project.root, at.lockFile)),
  );
  return reportSaved(world, saved, problems, { json: options.json === true });
}

/** A thread as a conversation, or the problem: an unreadable thread does not stop the others. */
async function threadAt(
  { target, name }: Pick<OpenTarget, "target" | "name">,
  id: string,
): Promise<Candidate | { problems: readonly Problem[] }> {
  try {
    const history = await target.history(id);
    const read = history === null ? null : readThread(id, history, id, null);
    if (read === null) return { problems: [unknownThread(id, name)] };
    return read.kind === "conversation" ? read : { problems: [badConversation({ file: id, line: null }, read.why)] };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems.some(({ code }) => code === "interrupted")) throw error;
    return { problems: error.problems };
  }
}

function unknownThread(id: string, target: string): Problem {
  return problem("unknown_thread", `there is no thread ${id} at target ${target}`, {
    hint: "Threads cannot be listed: use the id that your application stored. To use another target, add --target.",
  });
}

/** The ids of this project's assistants at the target, by their names. */
async function idsIn(root: string, lockFile: string): Promise<Map<string, string[]>> {
  const lock = await readLock(root, lockFile);
  const entries = Object.entries(lock?.resources ?? {});
  return new Map(
    entries.flatMap(([address, { id }]) =>
      address.startsWith("assistant.") ? [[address.slice("assistant.".length), [id]]] : [],
    ),
  );
}
