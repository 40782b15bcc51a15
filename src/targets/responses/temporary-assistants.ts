import { asText } from "../../kit/json.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Live, Marker, ResourceKind } from "../../resources/resource.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import type { Registry, Work } from "../target.ts";

/** The registry of a test, in which an assistant needs only a store at the target that names the files uploaded for it. */
export interface TestRegistry {
  registry: Registry;
  /** The same registry with clean-up requests. */
  cleanup: Registry;
  /** An assistant created in this session; `undefined` for any other id. */
  assistant(this: void, id: string): AssistantSpec | undefined;
}

/** The prefix of metadata keys of a vector store whose only purpose is to name files. */
const uploadsKey = "playbill.uploads";

/** The metadata of a store that exists only for a test, by which a leftover one is found. */
export const testStoreMetadata: Record<string, string> = { [`${uploadsKey}.0`]: "none" };

/** The number of file ids in one value: the API allows 512 characters. */
const idsInValue = 10;

/**
 * Assistants for tests, kept in this process. Files have no marker: those uploaded for an assistant are named by an empty vector store, through
 * which a later run finds and deletes them when this one is killed.
 */
export function createTestRegistry(registry: Registry, cleanup: Registry): TestRegistry {
  const specs = new Map<string, AssistantSpec>();
  const holders = new Map<string, Live<VectorStoreSpec>>();

  function makeHolder(spec: AssistantSpec, marker: Marker, work: Work | undefined): Promise<Live<VectorStoreSpec>> {
    const files = spec.tools.flatMap((tool) => (tool.kind === "code_interpreter" ? tool.files : []));
    const values = Array.from({ length: Math.ceil(files.length / idsInValue) }, (_, nth) => [
      `${uploadsKey}.${nth + 1}`,
      files.slice(nth * idsInValue, (nth + 1) * idsInValue).join(" "),
    ]);
    const store: VectorStoreSpec = {
      name: "files of a test",
      files: { kind: "members", members: [] },
      chunking: null,
      expires_after: null,
      metadata: Object.fromEntries(values) as Record<string, string>,
    };
    return registry.create(vectorStoreKind, store, marker, work && { ...work, onMade: async () => {} });
  }

  function withAssistants(of: Registry): Registry {
    return {
      ...of,
      async *list<S extends object>(kind: ResourceKind<S>): AsyncGenerator<Live<S>> {
        const isStore = kind.name === vectorStoreKind.name;
        if (kind.name !== assistantKind.name && !isStore) return yield* of.list(kind);
        // A store that names files counts as the assistant that owns them, not as a store.
        for await (const store of of.list(vectorStoreKind)) {
          const held = heldBy(store);
          const live = isStore ? (held === null ? store : null) : held;
          if (live !== null) yield live as unknown as Live<S>;
        }
      },
      async get<S extends object>(kind: ResourceKind<S>, id: string): Promise<Live<S> | null> {
        const spec = kind.name === assistantKind.name ? specs.get(id) : undefined;
        return spec === undefined ? of.get(kind, id) : madeOf(kind, id, spec as unknown as S);
      },
      async create(kind, spec, marker, work) {
        if (kind.name !== assistantKind.name) return of.create(kind, spec, marker, work);
        const id = `temporary_${specs.size + 1}`;
        specs.set(id, spec as unknown as AssistantSpec);
        const made = madeOf(kind, id, spec);
        if (marker === null || marker.rev === "") return made;
        holders.set(id, await makeHolder(spec as unknown as AssistantSpec, marker, work));
        await work?.onMade(id);
        return { ...made, marker };
      },
      async update(kind, live, changes, marker, work) {
        if (kind.name !== assistantKind.name) return of.update(kind, live, changes, marker, work);
        const holder = holders.get(live.id);
        if (holder !== undefined) await of.update(vectorStoreKind, holder, {}, marker);
        return { ...live, marker };
      },
      async delete(kind, id) {
        if (kind.name !== assistantKind.name) return of.delete(kind, id);
        // An assistant of another run has the id of its store.
        await of.delete(vectorStoreKind, holders.get(id)?.id ?? id);
      },
    };
  }

  return { registry: withAssistants(registry), cleanup: withAssistants(cleanup), assistant: (id) => specs.get(id) };
}

function madeOf<S extends object>(kind: ResourceKind<S>, id: string, spec: S): Live<S> {
  return { kind: kind.name, id, createdAt: 0, spec, marker: null, wire: { id } };
}

/** The assistant whose files a store names; `null` for every other store. */
function heldBy(store: Live<VectorStoreSpec>): Live<AssistantSpec> | null {
  const values = Object.entries(store.spec.metadata).filter(([key]) => key.startsWith(uploadsKey));
  if (values.length === 0) return null;
  const files = values.flatMap(([, ids]) => asText(ids).split(" "));
  const spec: AssistantSpec = {
    name: null,
    description: null,
    model: "",
    instructions: null,
    temperature: null,
    top_p: null,
    response_format: "auto",
    reasoning_effort: null,
    tools: [{ kind: "code_interpreter", files }],
    metadata: {},
  };
  return { ...store, kind: assistantKind.name, spec };
}
