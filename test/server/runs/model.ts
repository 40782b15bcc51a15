import type { Model, ModelEvent, ModelRequest } from "../../../src/server/models/model.ts";

/** A model that does things no script can: these events, round by round, and it remembers what it was asked. */
export function modelOf(...rounds: ModelEvent[][]): { model: Model; requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const model: Model = {
    async *respond(request) {
      const { said, scenario, ...values } = request;
      const heard = said();
      requests.push({ ...structuredClone(values), said: () => heard, scenario });
      yield* rounds[requests.length - 1] ?? [{ kind: "finish", reason: "stop" }];
    },
    list: async () => [],
  };
  return { model, requests };
}

/** The events of one call. */
export function call(index: number, name: string, args: object = {}): ModelEvent[] {
  return [
    { kind: "call", index, callId: `call_${index}`, tool: "function", name },
    { kind: "arguments", index, delta: JSON.stringify(args) },
  ];
}
