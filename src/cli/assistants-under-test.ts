import { fail } from "../problem.ts";
import type { Desired } from "../sync/desired.ts";
import type { Lock } from "../sync/lock/lock.ts";
import { ownerText, parseOwner } from "../sync/marker.ts";
import type { Registry } from "../targets/target.ts";

/** The assistants that scenarios talk to. */
export interface AssistantsUnderTest {
  /** The id, at the target, of the assistant with this address. */
  idOf(address: string): Promise<string>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** The assistants as they were synced. */
export function deployedAssistants(target: string, lock: Lock | null): AssistantsUnderTest {
  return {
    async idOf(address) {
      const entry = lock?.resources[address];
      if (entry !== undefined) return entry.id;
      return fail("not_synced", `${address} is not synced to ${target}`, {
        hint: `Run playbill sync --target ${target} first, or leave out --deployed to test the files as they are.`,
      });
    },
    close: async () => {},
  };
}

interface Temporary {
  project: string;
  target: string;
  desired: readonly Desired[];
  registry: Registry;
  /** Distinguishes this run's copies. */
  runId: string;
  /** Milliseconds since 1970. */
  now(this: void): number;
}

/** Copies left behind by a process that was killed are deleted once they are this old, in seconds. */
const leftoverAge = 3600;

/** Throw-away copies of the assistants in the files, made when first asked for; a create that failed is tried again when asked again. */
export function temporaryAssistants(given: Temporary): AssistantsUnderTest {
  const { registry, desired } = given;
  const owner = ownerText(given, `temporary.${given.runId}`);
  const copies = new Map<string, Promise<string>>();
  let hasFailed = false;
  const create = async (address: string) => {
    const wanted = desired.find((each) => each.address === address);
    if (wanted === undefined) throw new Error(`no assistant ${address}`);
    try {
      return (await registry.createAssistant(wanted.spec, { owner, spec: "", rev: "" })).id;
    } catch (error) {
      hasFailed = true;
      copies.delete(address);
      throw error;
    }
  };
  const remove = (ids: readonly string[]) => Promise.all(ids.map((id) => registry.deleteAssistant(id)));
  return {
    idOf(address) {
      const copy = copies.get(address) ?? create(address);
      copies.set(address, copy);
      return copy;
    },
    async close() {
      const made = await Promise.allSettled(copies.values());
      await remove(made.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
      await remove(await leftovers(given, owner, hasFailed));
    },
  };
}

/** Copies of runs that never ended; also this run's own, when a create failed and may have arrived all the same. */
async function leftovers(
  { project, target, registry, now }: Temporary,
  owner: string,
  includeOwn: boolean,
): Promise<string[]> {
  const before = now() / 1000 - leftoverAge;
  const ids: string[] = [];
  for await (const { id, createdAt, marker } of registry.listAssistants()) {
    const found = marker === null ? null : parseOwner(marker.owner);
    if (found?.project !== project || found.target !== target || !found.address.startsWith("temporary.")) continue;
    if (createdAt < before || (includeOwn && marker?.owner === owner)) ids.push(id);
  }
  return ids;
}
