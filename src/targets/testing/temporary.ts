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

/** The lifetime of objects that a run of `test` creates for itself, in seconds, if they are not deleted. */
const lifetime = 86_400;

/** The objects that a run of `test` creates for itself at a target. */
export interface TemporaryObjects {
  /** The id of a copy of this assistant, created with everything that it refers to. Each object is created once, however many calls there are. */
  idOf(assistant: AssistantSpec): Promise<string>;
  /** The id of a declared resource, also created once; files with the same name and content are one. */
  idOfAddress(this: void, address: string): Promise<string>;
  /** The id of an undeclared resource, created once for each key. */
  idOfMade(this: void, key: string, resource: TestedResource): Promise<string>;
  /** Waits until nothing is being created any more, and returns what was created, objects that refer to others first. */
  made(): Promise<{ kind: ResourceKind; id: string }[]>;
  /** True when a create whose answer was lost may have arrived. */
  isUndecided(): boolean;
}

/** Finds an object at the target that matches its declaration, so that no copy is needed; `null` when there is none. */
export type FindUnchanged = (address: string, resource: TestedResource) => Promise<string | null>;

/**
 * Creates objects with the marker of a run; files, which have no marker, are identified by the objects that name them. `onMarked` is called for each marked object as soon as it exists. What
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
    // A store describes each of its files; an assistant has at most twenty files.
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
        // Indexing a store's files may take longer than others wait for a sign of life.
        if (marker !== null) onMarked(kind, id, marker);
      },
      isOwn: () => false,
      lifetime,
      replaces: null,
    };
    const made = await registry.create(kind, spec, marker, work).catch((error: unknown) => {
      // An object known to exist will be deleted anyway.
      if (known.size === 0) isUndecided ||= mayHaveArrived(error);
      throw error;
    });
    return made.id;
  }

  function idOfAddress(address: string): Promise<string> {
    const resource = run.resources.get(address);
    if (resource === undefined) throw new Error(`${address} is not a resource of this run`);
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

/** Returns what was created for a key, or creates it; the next call retries a failure of the target. */
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

/** The part of a temporary object's marker that names the files uploaded for it by short hashes: the API's limit has no room for full ids. */
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
