import { createSystemClock } from "../src/kit/clock.ts";
import type { AssistantSpec } from "../src/resources/assistant/spec.ts";
import { createAssistantsTarget } from "../src/targets/assistants/target.ts";
import type { Connection } from "../src/targets/http/connection.ts";
import { createResponsesTarget } from "../src/targets/responses/target.ts";
import type { Target } from "../src/targets/target.ts";
import { median, type Measurement } from "./measurement.ts";

const rounds = 9;
const turns = 400;
const words = Array.from({ length: 30 }, (_, nth) => `word${nth} `);
const text = words.join("");

/** What a turn costs in the driver of each dialect: the same words in as many pieces, from a server that does nothing. */
export async function dialects(): Promise<Measurement[]> {
  const times: Record<"assistants" | "responses", number[]> = { assistants: [], responses: [] };
  // By turns, so that what else the machine does meets both; the first round compiles.
  for (let round = 0; round <= rounds; round += 1) {
    const [assistants, responses] = [await timeOf(createAssistantsTarget), await timeOf(createResponsesTarget)];
    if (round === 0) continue;
    times.assistants.push(assistants);
    times.responses.push(responses);
  }
  const peer = median(times.assistants);
  return [
    {
      name: "a turn in the driver of the Responses API",
      value: median(times.responses),
      unit: "ms",
      target: peer * 1.1,
      peer: { name: "a turn in the driver of the Assistants API", value: peer },
    },
  ];
}

async function timeOf(createTarget: (connection: Connection) => Target): Promise<number> {
  const session = createTarget(connection).testing({
    project: "bench",
    target: "local",
    runId: "run",
    resources: new Map(),
    ended: [],
    onProgress: () => {},
    contentOf: () => {
      throw new Error("there is no content");
    },
  });
  const conversation = await session.open({ assistant, messages: [], metadata: {} });
  const { signal } = new AbortController();
  const begin = performance.now();
  for (let turn = 0; turn < turns; turn += 1)
    for await (const event of conversation.send("Hello", { signal }))
      if (event.kind === "ended" && event.status !== "completed") throw new Error("the turn did not end well");
  return (performance.now() - begin) / turns;
}

const assistant: AssistantSpec = {
  name: "bench",
  description: null,
  model: "gpt-6-luna",
  instructions: null,
  temperature: null,
  top_p: null,
  response_format: "auto",
  reasoning_effort: null,
  tools: [],
  metadata: {},
};

const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
let made = 0;

function answer(path: string): Response {
  made += 1;
  const id = `object_${made}`;
  if (path.endsWith("/runs")) return stream(runOf(id));
  if (path.endsWith("/responses")) return stream(responseOf(id));
  return Response.json({ id, model: "gpt-6-luna", role: "user", content: [] });
}

const stream = (body: string) => new Response(body, { headers: { "content-type": "text/event-stream" } });

function runOf(id: string): string {
  const content = [{ type: "text", index: 0, text: { value: text, annotations: [] } }];
  return [
    event("thread.run.created", { id, status: "queued" }),
    event("thread.run.in_progress", { id, status: "in_progress" }),
    ...words.map((value) =>
      event("thread.message.delta", {
        id: `m${id}`,
        delta: { content: [{ index: 0, type: "text", text: { value } }] },
      }),
    ),
    event("thread.message.completed", { id: `m${id}`, role: "assistant", content }),
    event("thread.run.completed", { id, status: "completed", model: "gpt-6-luna", usage }),
  ].join("");
}

const usage = { prompt_tokens: 1, completion_tokens: 30, total_tokens: 31 };

function responseOf(id: string): string {
  const item = {
    type: "message",
    id: `m${id}`,
    role: "assistant",
    content: [{ type: "output_text", text, annotations: [] }],
  };
  const response = { id, status: "in_progress", model: "gpt-6-luna", output: [] };
  const done = {
    ...response,
    status: "completed",
    output: [item],
    usage: { input_tokens: 1, output_tokens: 30, total_tokens: 31 },
  };
  return [
    event("response.created", { type: "response.created", response }),
    event("response.output_item.added", {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, content: [] },
    }),
    ...words.map((delta) =>
      event("response.output_text.delta", { type: "response.output_text.delta", item_id: item.id, delta }),
    ),
    event("response.output_item.done", { type: "response.output_item.done", output_index: 0, item }),
    event("response.completed", { type: "response.completed", response: done }),
  ].join("");
}

const connection: Connection = {
  baseUrl: "http://bench.test/v1",
  apiKey: null,
  organization: null,
  project: null,
  fetch: async (input) => answer(new URL(new Request(input).url).pathname),
  inProcess: true,
  retries: 0,
  clock: createSystemClock({ keepsAlive: true }),
  random: Math.random,
  redact: (words) => words,
  signal: new AbortController().signal,
  state: "conversation",
  published: { path: "bundle.json", read: async () => null, write: async () => {} },
};
