import type { Live, Marker } from "../../../src/resources/resource.ts";
import type { Target, TestedAssistant, TurnEvent } from "../../../src/targets/target.ts";

/**
 * A dialect that no program speaks: objects are kept in memory, an assistant repeats what the user says, and a conversation needs nothing
 * at the target, so nothing is made there for a test.
 */
export function createPretendTarget(): Target & { objects: Map<string, Live> } {
  const objects = new Map<string, Live>();
  const keep = <S extends object>(kind: string, id: string, spec: S, marker: Marker | null): Live<S> => {
    const live: Live<S> = { kind, id, createdAt: 0, spec, marker, wire: { id } };
    objects.set(id, live);
    return live;
  };
  return {
    objects,
    origin: "pretend://nowhere",
    shutdownDates: async () => null,
    history: async () => null,
    registry: {
      async *list<S extends object>({ name }: { name: string }) {
        for (const each of objects.values()) if (each.kind === name) yield each as Live<S>;
      },
      get: async <S extends object>(_kind: object, id: string) => (objects.get(id) as Live<S> | undefined) ?? null,
      read: () => null,
      create: async ({ name }, spec, marker) => keep(name, `object_${objects.size + 1}`, spec, marker),
      update: async ({ name }, live, changes, marker) => keep(name, live.id, { ...live.spec, ...changes }, marker),
      delete: async (_kind, id) => void objects.delete(id),
      content: async () => null,
      async *members() {},
      async *traces() {},
      account: () => null,
      time: () => 0,
    },
    testing: () => ({
      prepare: async () => {},
      upload: async () => {},
      open: async ({ assistant }) => createConversation(assistant),
      close: async () => {},
    }),
  };
}

function createConversation(assistant: TestedAssistant) {
  const said: string[] = [];
  const name = typeof assistant === "string" ? assistant : assistant.name;
  return {
    id: "conversation_1",
    async *send(text: string): AsyncGenerator<TurnEvent> {
      said.push(text);
      yield { kind: "message", text: `${name} heard: ${text}`, citations: [], files: [] };
      yield { kind: "ended", status: "completed", error: null, reason: null, usage: null, model: null };
    },
    async *answer(): AsyncGenerator<TurnEvent> {},
    cancel: async () => {},
    close: async () => {},
    fileName: async () => null,
    fileContent: async () => null,
    passages: async () => [],
    transcript: async () => said.map((text) => ({ role: "user" as const, text })),
  };
}
