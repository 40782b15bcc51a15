import { type Lock, type LockChange, changedLock, putChange } from "../lock/lock.ts";
import type { LockWriter } from "../lock/lock-file.ts";
import type { PlannedResource } from "../plan/plan-format.ts";
import type { Outcome } from "./operation.ts";

/** Resources with their new entries. */
export type Recorded = readonly (readonly [PlannedResource, Outcome["entry"]])[];

/** Puts entries into the lock of a sync, and saves it. */
export interface Recorder {
  /** Resolves when the entries are saved; `isUnsaved` saves the lock even without changes. */
  record(this: void, entries: Recorded, isUnsaved?: boolean): Promise<void>;
  /** Saves the complete lock in the end. Rejects when something could not be saved. */
  finish(this: void): Promise<void>;
}

/**
 * Creates the recorder. The complete lock is written at first and whenever it has doubled, and in between, what changed is appended: a sync of
 * thousands of resources does not write thousands of entries after each one. One save runs at a time, and what arrives meanwhile is saved by the next. A save that fails aborts
 * `broken`.
 */
export function createRecorder(
  input: { lock: Lock; lockFile: LockWriter; newLineage: () => string },
  applied: { lock: Lock },
  broken: AbortController,
): Recorder {
  const { lockFile } = input;
  const resources = { ...applied.lock.resources };
  let saving = Promise.resolve();
  let next: Promise<void> | null = null;
  let changes: LockChange[] = [];
  /** The number of resources in the saved lock, and of changes appended since. */
  let saved = { resources: 0, appended: 0 };

  async function saveLock(): Promise<void> {
    applied.lock = changedLock(applied.lock, resources, input.newLineage);
    saved = { resources: Object.keys(resources).length, appended: 0 };
    await lockFile.save({ ...applied.lock, resources: { ...resources } });
  }
  async function save(before: Promise<void>): Promise<void> {
    await before;
    next = null;
    const unsaved = changes;
    changes = [];
    try {
      if (saved.appended >= saved.resources) return await saveLock();
      saved.appended += unsaved.length;
      await lockFile.append(unsaved);
    } catch (error) {
      broken.abort();
      throw error;
    }
  }

  applied.lock = { ...applied.lock, resources };
  return {
    record(entries, isUnsaved = false) {
      const made = entries
        .map(([resource, entry]) => ({ address: resource.address, before: addressIn(input.lock, resource), entry }))
        .filter((change) => putChange(resources, change));
      changes.push(...made);
      if ((isUnsaved || made.length > 0) && next === null) next = saving = save(saving);
      return saving;
    },
    async finish() {
      await saving;
      if (saved.appended > 0) await saveLock();
    },
  };
}

/** The resource's address in the lock: its own, or the one that it is moved from. */
export function addressIn(lock: Lock, { address, moved_from }: PlannedResource): string {
  return lock.resources[address] === undefined ? (moved_from ?? address) : address;
}
