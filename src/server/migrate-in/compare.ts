import { type Problem, problem } from "../../problem.ts";
import type { Store } from "../store/store.ts";
import type { MovableKind } from "./exported.ts";
import type { Candidate, Staged, Staging } from "./staging.ts";
import { isSame, storedOf } from "./stored.ts";

/** Opens a file of the export. */
export type OpenContent = (path: string) => AsyncIterable<Uint8Array>;

const mostTold = 50;

/**
 * Compares an export with what is stored, and marks what is stored already; returns a problem for every id that has a different object there.
 */
export async function compareWithStore(
  staging: Staging,
  store: Store,
  { open, onStep }: { open: OpenContent; onStep: () => Promise<void> },
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const note = (found: Problem | null): void => {
    if (found !== null && problems.length < mostTold) problems.push(found);
  };
  const compare = async (each: Staged, more?: () => Promise<boolean>): Promise<boolean> => {
    await onStep();
    const stored = await storedOf(store, each.kind, each.key);
    if (stored === null) return false;
    if (isSame(each.kind, stored, each.value) && (more === undefined || (await more())))
      staging.markThere(each.kind, each.key);
    else note(taken(each.kind, each.key));
    return true;
  };
  for (const each of staging.each("file"))
    await compare(each, () => hasBytes(store, each.key, staging.contentOf(each.key), open));
  for (const kind of ["vector_store", "vector_store.file", "assistant"] as const)
    for (const each of staging.each(kind)) await compare(each);
  for (const thread of staging.each("thread")) {
    const isThere = await compare(thread);
    let added: Staged | null = null;
    for (const message of staging.each("thread.message", { parent: thread.key }))
      if (!(await compare(message)) && isThere) added ??= message;
    if (added !== null) note(inBetween(thread.key, added.key));
  }
  return problems;
}

function taken(kind: MovableKind, key: string): Problem {
  return problem("id_taken", `the database already has a different ${kind} with the id ${key}`, {
    hint: "It was changed after it was imported, or it has another origin. Remove it from the export, or choose another database.",
  });
}

/** The problem for a message that is missing in a stored thread: messages can only be added at the end. */
function inBetween(thread: string, message: string): Problem {
  return problem("id_taken", `the database already has ${thread}, but without ${message}`, {
    hint: "The message was deleted after it was imported. Remove the thread from the export, or choose another database.",
  });
}

/** True when the stored bytes are those of the export. */
async function hasBytes(store: Store, id: string, content: Candidate | null, open: OpenContent): Promise<boolean> {
  if (content === null) return false;
  const parts = store.blobs.parts(id)[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of open(content.path)) {
    let left: Uint8Array = chunk;
    while (left.length > 0) {
      if (rest.length === 0) {
        const next = await parts.next();
        if (next.done === true) return false;
        rest = next.value;
      }
      const length = Math.min(rest.length, left.length);
      if (Buffer.compare(rest.subarray(0, length), left.subarray(0, length)) !== 0) return false;
      rest = rest.subarray(length);
      left = left.subarray(length);
    }
  }
  return rest.length === 0 && (await parts.next()).done === true;
}
