import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Live, ResourceKind } from "../../resources/resource.ts";
import type { ApiRegistry } from "../objects/registry.ts";
import type { BundledAssistants } from "./bundled-assistants.ts";

/** The registry of this dialect: files and vector stores at the API, assistants in the bundle. */
export function withBundle(api: ApiRegistry, bundle: BundledAssistants): ApiRegistry {
  const isBundled = ({ name }: Pick<ResourceKind, "name">) => name === assistantKind.name;
  // Every spec of that kind is that of an assistant.
  const as = <S extends object>(live: Live<AssistantSpec>) => live as unknown as Live<S>;
  const from = (live: Live) => live as Live<AssistantSpec>;
  return {
    ...api,
    async *list<S extends object>(kind: ResourceKind<S>) {
      if (!isBundled(kind)) return yield* api.list(kind);
      yield* (await bundle.list()).map((live) => as<S>(live));
    },
    async get<S extends object>(kind: ResourceKind<S>, id: string) {
      if (!isBundled(kind)) return api.get(kind, id);
      const live = await bundle.get(id);
      return live && as<S>(live);
    },
    read<S extends object>(kind: ResourceKind<S>, object: unknown) {
      if (!isBundled(kind)) return api.read(kind, object);
      const live = bundle.read(object);
      return live && as<S>(live);
    },
    async create(kind, spec, marker, work) {
      if (!isBundled(kind)) return api.create(kind, spec, marker, work);
      const live = await bundle.create(spec as unknown as AssistantSpec, marker);
      await work?.onMade(live.id);
      return as(live);
    },
    async update(kind, live, changes, marker, work) {
      if (!isBundled(kind)) return api.update(kind, live, changes, marker, work);
      return as(await bundle.update(from(live), changes as unknown as Partial<AssistantSpec>, marker));
    },
    delete: (kind, id) => (isBundled(kind) ? bundle.delete(id) : api.delete(kind, id)),
    isMadeAgain: async (kind) => isBundled(kind) && !(await bundle.isThere()),
    isWhole: isBundled,
  };
}
