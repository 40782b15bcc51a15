import { asObject, isObject, textOrNull, type JsonObject } from "../../../kit/json.ts";

/** Thread objects of an Assistants API found in a file, by thread. */
export interface ThreadStore {
  /** Adds the thread objects of a document; `false` when it has none. */
  add(this: void, value: unknown, line: number | null): boolean;
  threads(
    this: void,
  ): { id: string; line: number | null; messages: JsonObject[]; runs: JsonObject[]; steps: JsonObject[] }[];
}

const deepest = 6;
const kinds = { "thread.message": "messages", "thread.run": "runs", "thread.run.step": "steps" } as const;

/** Creates an empty store. Exports have messages, runs and steps in one document, in several, or in lines of a file. */
export function createThreadStore(): ThreadStore {
  const threads = new Map<string, ReturnType<ThreadStore["threads"]>[number]>();
  const seen = new Set<string>();

  function addObject(object: JsonObject, line: number | null): boolean {
    const kind = Object.entries(kinds).find(([name]) => name === object["object"])?.[1];
    if (kind === undefined) return false;
    const id = textOrNull(object["thread_id"]) ?? "thread";
    const thread = threads.get(id) ?? { id, line, messages: [], runs: [], steps: [] };
    threads.set(id, thread);
    const own = textOrNull(object["id"]);
    // The same object may be in two exports.
    if (own === null || !seen.has(own)) thread[kind].push(object);
    if (own !== null) seen.add(own);
    return true;
  }

  function add(value: unknown, line: number | null, depth: number): boolean {
    if (depth > deepest || typeof value !== "object" || value === null) return false;
    if (isObject(value) && addObject(value, line)) return true;
    return Object.values(value).filter((each) => add(each, line, depth + 1)).length > 0;
  }

  return {
    add: (value, line) => add(value, line, 0),
    threads: () =>
      [...threads.values()].filter(({ messages }) => messages.some((each) => asObject(each)["role"] !== undefined)),
  };
}
