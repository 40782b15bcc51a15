import { ProblemError } from "../../../src/problem.ts";
import type { JsonObject } from "../../../src/kit/json.ts";
import type { Connection } from "../../../src/targets/http/connection.ts";
import { createResponsesTarget } from "../../../src/targets/responses/target.ts";
import type { TurnEvent } from "../../../src/targets/target.ts";
import type { AssistantSpec } from "../../../src/resources/assistant/spec.ts";
import { connectionTo, testRun } from "../connection.ts";
import { plainSpec } from "../spec.ts";

/** What a pretend server answers a request for a response with: the events of its stream, or an answer of another kind. */
export type Answer = readonly JsonObject[] | Response;

/** A pretend server: what it was sent, and what it answers next. */
export interface Peer {
  /** Bodies of `POST /responses`, in order. */
  bodies: JsonObject[];
  /** Every request, as in `DELETE /v1/responses/resp_1`. */
  requests: string[];
  fetch: Connection["fetch"];
}

/** Answers responses one after the other; everything else by `others`, by default as a server that keeps conversations. */
export function pretendPeer(
  answers: readonly Answer[],
  others: (request: Request) => Response | null = () => null,
): Peer {
  const bodies: JsonObject[] = [];
  const requests: string[] = [];
  return {
    bodies,
    requests,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const other = others(request);
      if (other !== null) return other;
      if (pathname === "/v1/conversations") return Response.json({ id: "conv_1", object: "conversation" });
      if (pathname !== "/v1/responses") return Response.json({ id: "gone", deleted: true });
      bodies.push((await request.json()) as JsonObject);
      const answer = answers[bodies.length - 1] ?? [];
      return answer instanceof Response ? answer : streamOf(answer);
    },
  };
}

export function streamOf(events: readonly JsonObject[]): Response {
  const text = events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

/** An answer of status 400 and above. */
export function refusal(status: number, error: JsonObject): Response {
  return Response.json({ error: { type: "invalid_request_error", param: null, code: null, ...error } }, { status });
}

const usage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 15,
};

/** The events of a whole response: one item after the other, then its end. */
export function responding(items: readonly JsonObject[], end: JsonObject = {}, id = "resp_1"): JsonObject[] {
  const begun = { id, object: "response", status: "in_progress", model: "gpt-6-luna", output: [] };
  const { status = "completed", ...rest } = end;
  return [
    { type: "response.created", response: begun },
    // Numbers of items may skip some.
    ...items.flatMap((item, index) => [
      { type: "response.output_item.added", output_index: index * 2, item: { ...item, status: "in_progress" } },
      ...deltasOf(item),
      { type: "response.output_item.done", output_index: index * 2, item },
    ]),
    { type: `response.${status as string}`, response: { ...begun, status, output: items, usage, ...rest } },
  ];
}

function deltasOf(item: JsonObject): JsonObject[] {
  if (item.type !== "message") return [];
  const [part] = item.content as { text: string }[];
  return [{ type: "response.output_text.delta", item_id: item.id, delta: part?.text ?? "" }];
}

export function message(
  id: string,
  text: string,
  more: JsonObject = {},
  annotations: readonly JsonObject[] = [],
): JsonObject {
  const content = [{ type: "output_text", text, annotations }];
  return { type: "message", id, role: "assistant", status: "completed", content, ...more };
}

export function call(id: string, name: string, args: JsonObject = {}): JsonObject {
  return {
    type: "function_call",
    id: `fc_${id}`,
    call_id: id,
    name,
    arguments: JSON.stringify(args),
    status: "completed",
  };
}

/** A conversation at a pretend server. */
export async function talk(
  peer: Peer,
  more: Partial<Connection> = {},
  { spec = {}, metadata = {} }: { spec?: Partial<AssistantSpec>; metadata?: Record<string, string> } = {},
) {
  const target = createResponsesTarget(connectionTo(peer.fetch, { state: "conversation", ...more }));
  const session = target.testing(testRun);
  return session.open({ assistant: { ...plainSpec, ...spec }, messages: [], metadata });
}

export const signal = new AbortController().signal;

/** All events but the deltas of text. */
export async function events(stream: AsyncIterable<TurnEvent>): Promise<TurnEvent[]> {
  return (await Array.fromAsync(stream)).filter(({ kind }) => kind !== "text");
}

/** The problem that work is rejected with. */
export async function problemOf(work: Promise<unknown>) {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw error;
  return error.problems[0];
}
