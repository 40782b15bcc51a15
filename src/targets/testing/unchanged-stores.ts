import { isSameField } from "../../resources/canonical-fields.ts";
import { ownerText } from "../../resources/owner.ts";
import type { Live, ResourceKind } from "../../resources/resource.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { bindFiles } from "../../resources/vector-store/files.ts";
import type { VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import type { Registry, TestRun } from "../target.ts";
import type { FindUnchanged } from "./temporary.ts";

/** Finds the vector stores of a project that are synced as declared. The list of stores is read once, at the first call. */
export function findUnchangedStores(run: TestRun, registry: Registry): FindUnchanged {
  const kind: ResourceKind<VectorStoreSpec> = vectorStoreKind;
  let listed: Promise<Live<VectorStoreSpec>[]> | null = null;
  return async (address, resource) => {
    if (resource.kind.name !== kind.name) return null;
    listed ??= Array.fromAsync(registry.list(kind));
    const own = (await listed).filter(({ marker }) => marker?.owner === ownerText(run, address));
    const [store] = own;
    if (store === undefined || own.length > 1 || store.isExpired === true) return null;
    const ids = new Map<string, string>();
    for await (const { kind: of, address: file, id } of registry.traces(kind, store))
      if (of === "file") ids.set(file, id);
    const declared = resource.spec as VectorStoreSpec;
    const spec = { ...declared, files: bindFiles(declared.files, (each) => ids.get(each) ?? each) };
    const fields = Object.keys(kind.fields).filter((field) => field !== "metadata");
    return fields.every((field) => isSameField(kind, field, store.spec, spec)) ? store.id : null;
  };
}
