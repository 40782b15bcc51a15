import type { JsonObject } from "../../kit/json.ts";
import { asObject, isObject } from "../../kit/json.ts";
import { fail } from "../../problem.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { parseOwner } from "../../resources/owner.ts";
import type { Live, Marker } from "../../resources/resource.ts";
import { type BundleFile, checkOwnWriting } from "../bundle/bundle-file.ts";
import { type WrittenAssistant, fingerprintOf } from "../bundle/format.ts";
import { markerOf, markerToWire } from "../objects/wire-format.ts";
import { requestOf, specOf } from "./assistant-wire.ts";

/** The assistants of a bundle as objects. Their ids are the names that applications use. */
export interface BundledAssistants {
  list(this: void): Promise<Live<AssistantSpec>[]>;
  get(this: void, id: string): Promise<Live<AssistantSpec> | null>;
  read(this: void, object: unknown): Live<AssistantSpec> | null;
  create(this: void, spec: AssistantSpec, marker: Marker | null): Promise<Live<AssistantSpec>>;
  update(
    this: void,
    live: Live<AssistantSpec>,
    changes: Partial<AssistantSpec>,
    marker: Marker | null,
  ): Promise<Live<AssistantSpec>>;
  delete(this: void, id: string): Promise<void>;
  /** True when the bundle exists. Without it, all assistants can be created again. */
  isThere(this: void): Promise<boolean>;
}

/** Reads and writes the assistants of the bundle at `path`, which is relative to the project's root. */
export function createBundledAssistants(file: BundleFile, path: string): BundledAssistants {
  function liveOf(name: string, entry: WrittenAssistant): Live<AssistantSpec> {
    const live = readEntry(name, entry);
    if (live === null) return fail("bad_bundle", `${path} cannot be used: the assistant "${name}" has no model`);
    const isOwn = entry.fingerprint === fingerprintOf({ ...entry });
    if (isOwn) return live;
    checkOwnWriting(path, name, entry, entryOf(live.spec, live.marker));
    return { ...live, isEdited: true };
  }

  /** Stores an assistant under its name, and removes its entry under an earlier name. */
  async function put(spec: AssistantSpec, marker: Marker | null, before: string | null): Promise<Live<AssistantSpec>> {
    const name = nameIn(marker) ?? before ?? fail("bad_bundle", `an assistant without a marker has no name in ${path}`);
    const entry = entryOf(spec, marker);
    await file.change((entries) => {
      const there = entries.get(name);
      if (there !== undefined && name !== before) checkFree(name, there, marker);
      if (before !== null && before !== name) entries.delete(before);
      entries.set(name, entry);
    });
    return liveOf(name, entry);
  }

  function checkFree(name: string, there: WrittenAssistant, marker: Marker | null): void {
    const owner = markerOf({ ...there })?.owner;
    if (owner === marker?.owner) return;
    fail("name_in_bundle", `${path} has another assistant "${name}"${owner === undefined ? "" : `, of ${owner}`}`, {
      hint: "If it is being renamed, sync again. Two projects each need their own `bundle`.",
    });
  }

  return {
    async list() {
      return [...((await file.entries()) ?? [])].map(([name, entry]) => liveOf(name, entry));
    },
    async get(id) {
      const entry = (await file.entries())?.get(id);
      return entry === undefined ? null : liveOf(id, entry);
    },
    read(object) {
      if (!isObject(object) || typeof object.id !== "string" || !isObject(object.request)) return null;
      const { id, ...entry } = object;
      return readEntry(id, entry as unknown as WrittenAssistant);
    },
    create: (spec, marker) => put(spec, marker, null),
    update: (live, changes, marker) => put({ ...live.spec, ...changes }, marker, live.id),
    delete: (id) => file.change((entries) => void entries.delete(id)),
    isThere: async () => (await file.entries()) !== null,
  };
}

function readEntry(name: string, entry: WrittenAssistant): Live<AssistantSpec> | null {
  const wire: JsonObject = { id: name, ...entry };
  const spec = specOf(asObject(entry.request), wire);
  return spec && { kind: assistantKind.name, id: name, createdAt: 0, spec, marker: markerOf(wire), wire };
}

function entryOf(spec: AssistantSpec, marker: Marker | null): WrittenAssistant {
  const entry = {
    ...(spec.name !== null && { name: spec.name }),
    ...(spec.description !== null && { description: spec.description }),
    metadata: marker === null ? {} : markerToWire(marker),
    request: requestOf(spec),
  };
  return { fingerprint: fingerprintOf(entry), ...entry };
}

/** The last part of the address in a marker, which applications use as the assistant's name. */
function nameIn(marker: Marker | null): string | null {
  const address = marker === null ? undefined : parseOwner(marker.owner)?.address;
  return address?.slice(address.indexOf(".") + 1) ?? null;
}
