import fc from "fast-check";
import { lines } from "../runs/lines.ts";

/** One thing that a client does; `at` and `other` choose among the objects that it knows. */
export interface Operation {
  what: (typeof kinds)[number];
  at: number;
  other: number;
  text: string;
}

const kinds = [
  "create assistant",
  "modify assistant",
  "delete assistant",
  "create thread",
  "modify thread",
  "delete thread",
  "say",
  "modify message",
  "delete message",
  "run",
  "run",
  "run with thread",
  "submit",
  "cancel",
  "modify run",
  "respond",
  "respond",
  "converse",
  "create conversation",
  "delete response",
  "list items",
  "upload",
  "delete file",
  "list assistants",
  "list messages",
  "list runs",
  "list steps",
  "list files",
] as const;

export const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom(...kinds),
  at: fc.nat(1_000),
  other: fc.nat(1_000),
  text: fc.constantFrom(...Object.keys(lines), "ünï 🌍"),
});

/** What a client knows: everything it was ever told of, deleted or not. */
export interface Known {
  assistants: string[];
  threads: string[];
  messages: { id: string; thread_id: string }[];
  runs: { id: string; thread_id: string; calls: string[] }[];
  files: string[];
  responses: string[];
  conversations: string[];
}

/** A request, in a form that can be sent several times. */
export interface Ask {
  method: string;
  path: string;
  json?: object;
  upload?: string;
}

/** The request that an operation is. */
export function askFor({ what, at, other, text }: Operation, known: Known): Ask {
  const assistant = among(known.assistants, at) ?? "asst_none";
  const thread = among(known.threads, at) ?? "thread_none";
  const message = among(known.messages, at) ?? { id: "msg_none", thread_id: thread };
  const run = among(known.runs, at) ?? { id: "run_none", thread_id: thread, calls: [] };
  const file = among(known.files, at) ?? "file-none";
  const runPath = `/threads/${run.thread_id}/runs/${run.id}`;
  const metadata = { text };
  const post = (path: string, json: object): Ask => ({ method: "POST", path, json });
  const page = (ids: readonly string[]): string => {
    const cursor = among(ids, other);
    const around = cursor === undefined || other % 3 === 0 ? "" : `&${other % 3 === 1 ? "after" : "before"}=${cursor}`;
    return `?limit=${1 + (other % 4)}&order=${other % 2 === 0 ? "asc" : "desc"}${around}`;
  };
  const get = (path: string): Ask => ({ method: "GET", path });
  switch (what) {
    case "create assistant":
      return post("/assistants", { model: "m", name: "tester", tools: [tool], metadata });
    case "modify assistant":
      return post(`/assistants/${assistant}`, { metadata, temperature: (other % 20) / 10 });
    case "delete assistant":
      return { method: "DELETE", path: `/assistants/${assistant}` };
    case "create thread":
      return post("/threads", { messages: [{ role: "user", content: text }] });
    case "modify thread":
      return post(`/threads/${thread}`, { metadata });
    case "delete thread":
      return { method: "DELETE", path: `/threads/${thread}` };
    case "say":
      return post(`/threads/${thread}/messages`, { role: "user", content: text });
    case "modify message":
      return post(`/threads/${message.thread_id}/messages/${message.id}`, { metadata });
    case "delete message":
      return { method: "DELETE", path: `/threads/${message.thread_id}/messages/${message.id}` };
    case "run":
      return post(`/threads/${thread}/runs`, {
        assistant_id: among(known.assistants, other) ?? "asst_none",
        additional_messages: [{ role: "user", content: text }],
        truncation_strategy: { type: "last_messages", last_messages: 1 },
      });
    case "run with thread":
      return post("/threads/runs", {
        assistant_id: assistant,
        thread: { messages: [{ role: "user", content: text }] },
      });
    case "submit":
      return post(`${runPath}/submit_tool_outputs`, {
        tool_outputs: run.calls.map((id) => ({ tool_call_id: id, output: '{"celsius": 3}' })),
      });
    case "cancel":
      return { method: "POST", path: `${runPath}/cancel` };
    case "modify run":
      return post(runPath, { metadata });
    case "respond": {
      const previous = other % 2 === 0 ? among(known.responses, at) : undefined;
      return post("/responses", {
        model: "m",
        input: text,
        metadata,
        ...(previous && { previous_response_id: previous }),
      });
    }
    case "converse":
      return post("/responses", {
        model: "m",
        input: text,
        conversation: among(known.conversations, at) ?? "conv_none",
      });
    case "create conversation":
      return post("/conversations", { metadata, items: [{ role: "user", content: text }].slice(other % 2) });
    case "delete response":
      return { method: "DELETE", path: `/responses/${among(known.responses, at) ?? "resp_none"}` };
    case "list items":
      return get(
        other % 2 === 0
          ? `/conversations/${among(known.conversations, at) ?? "conv_none"}/items${page([])}`
          : `/responses/${among(known.responses, at) ?? "resp_none"}/input_items${page([])}`,
      );
    case "upload":
      return { method: "POST", path: "/files", upload: text };
    case "delete file":
      return { method: "DELETE", path: `/files/${file}` };
    case "list assistants":
      return get(`/assistants${page(known.assistants)}`);
    case "list messages":
      return get(`/threads/${thread}/messages${page(known.messages.map(({ id }) => id))}`);
    case "list runs":
      return get(`/threads/${thread}/runs${page(known.runs.map(({ id }) => id))}`);
    case "list steps":
      return get(`${runPath}/steps${page([])}`);
    case "list files":
      return get(`/files${page(known.files)}`);
  }
}

const tool = { type: "function", function: { name: "get_weather", parameters: { type: "object" } } };

function among<T>(all: readonly T[], at: number): T | undefined {
  return all[at % Math.max(1, all.length)];
}
