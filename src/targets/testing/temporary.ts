import { shortHashOf } from "../../kit/hash.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { FileSpec } from "../../resources/file/spec.ts";
import { bindReferences, referencesOf } from "../../resources/fields.ts";
import { ownerText, temporaryAddress } from "../../resources/owner.ts";
import type { Marker, ResourceKind } from "../../resources/resource.ts";
import { ProblemError } from "../../problem.ts";
import { mayHaveArrived } from "../failure.ts";
import type { Registry, TestRun, TestedResource, Work } from "../target.ts";

/** What a run of `test` makes for itself lasts for so many seconds where nobody deletes it. */
const lifetime = 86_400;

/** The objects that a run of `test` makes for itself at a target. */
export interface TemporaryObjects {
  /** The id of a copy of this assistant, made with all that it refers to. Everything is made once, however many ask. */
  idOf(assistant: AssistantSpec): Promise<string>;
  /** The id of something that is declared, made once too; files of one name and content are one. */
  idOfAddress(this: void, address: string): Promise<string>;
  /** The id of something that nobody declares, made once for each key. */
  idOfMade(this: void, key: string, resource: TestedResource): Promise<string>;
  /** Waits until nothing is being made any more, and gives what was made, what refers to others first. */
  made(): Promise<{ kind: ResourceKind; id: string }[]>;
  /** True when a create may have arrived although no answer said so. */
  isUndecided(): boolean;
}

/** Finds an object at the target that is as it is declared, so that no copy of it is needed; `null` when there is none. */
export type FindUnchanged = (address: string, resource: TestedResource) => Promise<string | null>;

/**
 * Makes objects with the marker of a run; files, which carry none, are told by what says that they are its own. `onMarked` is told of the others as soon as they are there. What
 * `findUnchanged` finds is used as it is.
 */
export function createTemporaryObjects(
  run: TestRun,
  registry: Registry,
  onMarked: (kind: ResourceKind, id: string, marker: Marker) => void,
  findUnchanged: FindUnchanged = async () => null,
): TemporaryObjects {
  const owner = ownerText(run, temporaryAddress(run.runId));
  const copies = new Map<AssistantSpec, Promise<string>>();
  const others = new Map<string, Promise<string>>();
  const all: { kind: ResourceKind; id: string }[] = [];
  let isUndecided = false;

  async function create(resource: TestedResource, address: string): Promise<string> {
    const { kind } = resource;
    const addresses = referencesOf(kind, resource.spec);
    const ids = new Map(
      await Promise.all(addresses.map(async (address) => [address, await idOfAddress(address)] as const)),
    );
    const spec = bindReferences(kind, resource.spec, (address) => ids.get(address) ?? address);
    // A store says of each of its files what it is; the files of an assistant are twenty at most.
    const uploaded = kind === assistantKind ? addresses.filter(isFile).flatMap((each) => ids.get(each) ?? []) : [];
    const marker = kind.isMarked ? { owner, spec: shortHashOf(spec), rev: uploadsText(uploaded) } : null;
    const known = new Set<string>();
    const work: Work = {
      contentOf: run.contentOf,
      onProgress: (progress) => run.onProgress(address, progress),
      async onMade(id) {
        if (known.has(id)) return;
        known.add(id);
        all.push({ kind, id });
        // What is in a store may take longer to be indexed than others wait for a sign of life.
        if (marker !== null) onMarked(kind, id, marker);
      },
      isOwn: () => false,
      lifetime,
      replaces: null,
    };
    const made = await registry.create(kind, spec, marker, work).catch((error: unknown) => {
      // What is known to be there is there to be deleted.
      if (known.size === 0) isUndecided ||= mayHaveArrived(error);
      throw error;
    });
    return made.id;
  }

  function idOfAddress(address: string): Promise<string> {
    const resource = run.resources.get(address);
    if (resource === undefined) throw new Error(`nobody said what ${address} is`);
    return remembered(
      others,
      keyOf(resource, address),
      async () => (await findUnchanged(address, resource)) ?? create(resource, address),
    );
  }

  return {
    idOf: (spec) => remembered(copies, spec, () => create({ kind: assistantKind, spec }, assistantKind.name)),
    idOfAddress,
    idOfMade: (key, resource) => remembered(others, key, () => create(resource, key)),
    async made() {
      await Promise.allSettled([...copies.values(), ...others.values()]);
      return all.toReversed();
    },
    isUndecided: () => isUndecided,
  };
}

function keyOf({ kind, spec }: TestedResource, address: string): string {
  if (kind !== (fileKind as ResourceKind)) return address;
  const { filename, sha256 } = spec as FileSpec;
  return sha256 === null ? address : `file ${sha256} ${filename}`;
}

/** Gives what was made for a key, or makes it; what the other side did not do is tried again by the next who asks. */
function remembered<K>(all: Map<K, Promise<string>>, key: K, make: () => Promise<string>): Promise<string> {
  const known = all.get(key);
  if (known !== undefined) return known;
  const made = make();
  all.set(key, made);
  made.catch((error: unknown) => {
    if (isPassing(error)) all.delete(key);
  });
  return made;
}

function isPassing(error: unknown): boolean {
  return (
    !(error instanceof ProblemError) ||
    error.problems.some(({ kind, code }) => kind === "remote" || code === "interrupted")
  );
}

const isFile = (address: string) => address.startsWith("file.");

/** How the marker of a temporary object names the files that were uploaded for it: the API's limit is no room for all ids. */
function uploadsText(fileIds: readonly string[]): string {
  return fileIds.map(shortHash).join(" ");
}

function shortHash(fileId: string): string {
  return shortHashOf(fileId).slice(0, 8);
}

/** The files of these that were uploaded for the temporary object with this marker. */
export function uploadsOf({ rev }: Marker, fileIds: readonly string[]): string[] {
  const hashes = new Set(rev.split(" "));
  return fileIds.filter((id) => hashes.has(shortHash(id)));
}
