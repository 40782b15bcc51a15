import type { Secrets } from "../../kit/secrets.ts";
import { type Problem, fail, problem, advice } from "../../problem.ts";
import type { Importable } from "../../project/write/import-draft.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import { fileKind } from "../../resources/file/kind.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { Lock } from "../../sync/lock/lock.ts";
import { isTemporary } from "../../sync/marker.ts";
import { listAll } from "../../sync/plan/make-plan.ts";
import { unknownOf } from "../../targets/exported.ts";
import type { ProjectAtTarget } from "../../api/planning.ts";

/** A chosen object and its future address. */
export interface Wanted {
  address: string;
  id: string;
}

/** The objects to import, with related data. */
export interface Found {
  live: Live[];
  /** File names, by id. */
  labels: ReadonlyMap<string, string>;
  /** The addresses of files whose contents were read. */
  files: readonly string[];
  warnings: Problem[];
}

/** The kinds that can be imported; files are imported with their vector stores. */
const importKinds: readonly ResourceKind[] = [vectorStoreKind, assistantKind];

/** The wanted object, otherwise every object without an owner, with the files of vector stores. */
export async function readWanted(at: ProjectAtTarget, lock: Lock, wanted: Wanted | null): Promise<Found> {
  const { registry } = at.open.target;
  const all = wanted === null ? await listAll(registry, resourceKinds) : [await chosen(at, lock, wanted)];
  const objects = wanted === null ? unowned(all, lock) : all;
  const expired = objects.filter(({ isExpired }) => isExpired);
  const warnings: Problem[] = [];
  const live: Live[] = [];
  for (const each of objects.filter((object) => !expired.includes(object))) {
    const { object, isWhole } = await withMembers(at, each);
    live.push(object);
    if (!isWhole) warnings.push(notReady(each));
  }
  const files = all.some(({ kind }) => kind === fileKind.name) || live.length === 0 ? all : await filesOf(at);
  const labels = new Map(
    files.flatMap(({ kind, id, spec }) =>
      kind === fileKind.name ? [[id, fileKind.nameOf(spec as never) ?? ""] as const] : [],
    ),
  );
  return { live, labels, files: [], warnings: [...warnings, ...expired.map(isGone)] };
}

async function filesOf({ open }: ProjectAtTarget): Promise<Live[]> {
  return listAll(open.target.registry, [fileKind]);
}

/** A vector store with its usable files. */
async function withMembers({ open }: ProjectAtTarget, live: Live): Promise<{ object: Live; isWhole: boolean }> {
  if (live.kind !== vectorStoreKind.name) return { object: live, isWhole: true };
  const held = await Array.fromAsync(open.target.registry.members(kindNamed(resourceKinds, live.kind), live));
  const members = held.filter(({ isReady }) => isReady).map(({ id }) => ({ file: id, path: null, sha256: null }));
  const spec = { ...live.spec, files: { kind: "members", members } };
  return { object: { ...live, spec }, isWhole: members.length === held.length };
}

function notReady({ id }: Live): Problem {
  return problem("not_written", `files of the vector store ${id} that are not indexed are missing from the YAML`, {
    hint: "They stay in the store unchanged.",
  });
}

function isGone({ id }: Live): Problem {
  return problem("not_written", `the vector store ${id} has expired and is left out`, {
    hint: "Declare a new one with the files it should have.",
  });
}

/** Every object without an owner; referenced objects come first. */
function unowned(live: readonly Live[], lock: Lock): Live[] {
  const locked = new Set(Object.values(lock.resources).map(({ id }) => id));
  const free = live.filter((each) => each.marker === null && !locked.has(each.id) && !isTemporary(each));
  return importKinds.flatMap(({ name }) => free.filter(({ kind }) => kind === name));
}

/** The object with the wanted id, for the wanted address. */
async function chosen({ project, open, scope }: ProjectAtTarget, lock: Lock, { address, id }: Wanted): Promise<Live> {
  const kind = importKinds.find(({ name }) => address.startsWith(`${name}.`));
  const stem = address.slice((kind?.name.length ?? 0) + 1);
  if (kind === undefined || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(stem)) {
    const kinds = importKinds
      .toReversed()
      .map(({ name }) => `${name}.NAME`)
      .join(", ");
    return fail("unknown_address", `"${address}" is not a valid address`, {
      hint: `Write ${kinds}; a name has letters, digits, dots, hyphens and underscores.`,
    });
  }
  const entry = lock.resources[address];
  if (entry !== undefined) {
    return fail(
      "address_taken",
      `${address} already belongs to ${entry.id} at ${scope.target}`,
      advice("Choose another address.", {
        purpose: "Or forget that object first",
        command: `playbill state rm ${address} --target ${scope.target}`,
      }),
    );
  }
  const known = Object.entries(lock.resources).find(([, each]) => each.id === id);
  if (known !== undefined) {
    return fail(
      "address_taken",
      `${id} already has the address ${known[0]}`,
      advice({
        purpose: "To give it another address",
        command: `playbill state mv ${known[0]} ${address} --target ${scope.target}`,
      }),
    );
  }
  const live = await open.target.registry.get(kind, id);
  if (live === null) {
    return fail("adopt_missing", `there is no ${kind.nouns.one} ${id} at ${scope.target}`, {
      hint: `Check the id and the target: ${scope.origin}`,
    });
  }
  const file = project.files.get(address);
  if (live.marker !== null) {
    return fail(
      "not_ours",
      `${id} at ${scope.target} belongs to ${live.marker.owner}`,
      file === undefined
        ? advice("Leave it to its owner, or remove its `playbill.*` metadata at the target first.")
        : advice({ purpose: "If it is yours", command: `playbill state rebuild --target ${scope.target}` }),
    );
  }
  return live;
}

/** The fields of a live or exported object to write. Fields with a secret of the project are left out: files in Git must not contain them. */
export function importable(live: Live, secrets: Secrets): Omit<Importable, "address"> {
  const { kind, id, spec } = live;
  const secret = Object.entries(spec).filter(([, value]) => {
    const text = JSON.stringify(value) ?? "";
    return secrets.redact(text) !== text;
  });
  const unknown = unknownOf(live).map(([field, value]) => ({
    field,
    what: `${secrets.redact(JSON.stringify(value))} is unknown to Playbill`,
  }));
  return {
    kind,
    id,
    spec,
    unknown,
    leftOut: new Map(secret.map(([field]) => [field, "it contains a secret of this project"])),
  };
}
