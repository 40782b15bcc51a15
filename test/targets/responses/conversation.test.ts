import { expect, test } from "vitest";
import { type JsonObject, objectsOf } from "../../../src/kit/json.ts";
import type { StateMode } from "../../../src/targets/responses/states.ts";
import type { TurnEvent } from "../../../src/targets/target.ts";
import { call, events, message, pretendPeer, problemOf, responding, signal, streamOf, talk } from "./peer.ts";
import { createResponsesTarget } from "../../../src/targets/responses/target.ts";
import { connectionTo, testRun } from "../connection.ts";
import { createLeapingClock } from "../leaping-clock.ts";
import { plainSpec } from "../spec.ts";

const modes: StateMode[] = ["conversation", "chain", "stateless"];
const ended = (all: readonly TurnEvent[]) => all.findLast((event) => event.kind === "ended");
const kinds = (all: readonly TurnEvent[]) => all.map(({ kind }) => kind);

test.for(modes)(
  "a response that wants tools is completed, and all its calls are answered in the next (%s)",
  async (state) => {
    const peer = pretendPeer([
      responding([call("call_1", "lookup", { id: "A" }), call("call_2", "lookup", { id: "B" })], {}, "resp_1"),
      responding([message("msg_1", "Both are late.")], {}, "resp_2"),
    ]);
    const conversation = await talk(peer, { state });
    const first = await events(conversation.send("Where are they?", { signal }));
    expect(first).toEqual([
      {
        kind: "requires_action",
        calls: [
          { callId: "call_1", name: "lookup", arguments: '{"id":"A"}' },
          { callId: "call_2", name: "lookup", arguments: '{"id":"B"}' },
        ],
      },
    ]);
    // One output is left out: the API takes nothing more as long as a call is unanswered.
    const second = await events(conversation.answer([{ callId: "call_1", output: "late" }], { signal }));
    expect(kinds(second)).toEqual(["message", "ended"]);
    const input = peer.bodies[1]?.input as JsonObject[];
    expect(input.filter(({ type }) => type === "function_call_output")).toEqual([
      { type: "function_call_output", call_id: "call_1", output: "late" },
      { type: "function_call_output", call_id: "call_2", output: '{"error":"The call was cancelled."}' },
    ]);
    expect(ended(second)).toMatchObject({
      usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30, cached_tokens: 8, reasoning_tokens: 4 },
      model: "gpt-6-luna",
    });
  },
);

test.for(modes)("calls that a turn leaves open are answered with the next message (%s)", async (state) => {
  const peer = pretendPeer([
    responding([call("call_1", "lookup")], {}, "resp_1"),
    responding([message("msg_1", "Hello.")], {}, "resp_2"),
  ]);
  const conversation = await talk(peer, { state });
  await events(conversation.send("Look.", { signal }));
  await conversation.cancel();
  await events(conversation.send("Never mind.", { signal }));
  const input = peer.bodies[1]?.input as JsonObject[];
  expect(input.slice(-2)).toMatchObject([
    { type: "function_call_output", call_id: "call_1" },
    { role: "user", content: "Never mind." },
  ]);
});

test("each mode carries a conversation in its own way, and says instructions and tools each time", async () => {
  const bodies = await Promise.all(
    modes.map(async (state) => {
      const peer = pretendPeer([
        responding([message("msg_1", "One.")], {}, "resp_1"),
        responding([message("msg_2", "Two.")], { previous_response_id: "resp_1" }, "resp_2"),
      ]);
      const conversation = await talk(peer, { state }, { spec: { instructions: "Count." } });
      await events(conversation.send("a", { signal }));
      await events(conversation.send("b", { signal }));
      await conversation.close();
      return { body: peer.bodies[1], requests: peer.requests.filter((each) => each !== "POST /v1/responses") };
    }),
  );
  const [conversation, chain, stateless] = bodies;
  const user = (content: string) => ({ type: "message", role: "user", content });
  for (const each of bodies) expect(each.body).toMatchObject({ instructions: "Count.", stream: true });
  expect(conversation?.body).toMatchObject({ conversation: "conv_1", input: [user("b")] });
  expect(conversation?.requests).toEqual(["POST /v1/conversations", "DELETE /v1/conversations/conv_1"]);
  expect(chain?.body).toMatchObject({ previous_response_id: "resp_1", store: true, input: [user("b")] });
  expect(chain?.requests).toEqual(["DELETE /v1/responses/resp_2", "DELETE /v1/responses/resp_1"]);
  expect(stateless?.body).toMatchObject({
    store: false,
    include: ["reasoning.encrypted_content"],
    input: [user("a"), message("msg_1", "One."), user("b")],
  });
  expect(stateless?.requests).toEqual([]);
});

test("without state, everything goes back as it came: what is encrypted, phases, and items that nobody knows", async () => {
  const odd = [
    { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
    { type: "from_the_future", id: "x_1", deep: { list: [1, null] } },
    message("msg_1", "Looking.", { phase: "commentary" }),
    message("msg_2", "Done.", { phase: "final_answer" }),
  ];
  const peer = pretendPeer([responding(odd), responding([message("msg_3", "Yes.")])]);
  const conversation = await talk(peer, { state: "stateless" });
  const first = await events(conversation.send("a", { signal }));
  expect(first.filter((event) => event.kind === "message").map(({ phase }) => phase)).toEqual([
    "commentary",
    "final_answer",
  ]);
  await events(conversation.send("b", { signal }));
  expect(objectsOf(peer.bodies[1]?.input).slice(1, -1)).toEqual(odd);
});

test("a streamed message is reported once, whatever id the complete response gives it", async () => {
  const said = message("msg_1", "Once.");
  const answer = responding([said], { output: [message("msg_other", "Once.")] });
  const conversation = await talk(pretendPeer([answer]));
  expect(kinds(await events(conversation.send("a", { signal })))).toEqual(["message", "ended"]);
});

test("a response whose items come only at its end is read from there", async () => {
  const [created, ...rest] = responding([message("msg_1", "Late.")]);
  const conversation = await talk(pretendPeer([[created as JsonObject, rest.at(-1) as JsonObject]]));
  expect(kinds(await events(conversation.send("a", { signal })))).toEqual(["message", "ended"]);
});

test.for([
  [
    "incomplete",
    { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    { reason: "max_output_tokens" },
  ],
  [
    "incomplete",
    { status: "incomplete", incomplete_details: { reason: "content_filter" } },
    { reason: "content_filter" },
  ],
  [
    "failed",
    { status: "failed", error: { code: "server_error", message: "Sorry." } },
    { error: { code: "server_error", message: "Sorry." } },
  ],
  ["cancelled", { status: "cancelled" }, { error: null }],
] as const)("a response ends as %s with what it says of that", async ([status, end, more]) => {
  const conversation = await talk(pretendPeer([responding([message("msg_1", "Half")], end)]));
  expect(ended(await events(conversation.send("a", { signal })))).toMatchObject({ status, ...more });
});

const streamError = {
  type: "error",
  sequence_number: 2,
  error: { type: "insufficient_quota", code: "insufficient_quota", message: "You exceeded your quota.", param: null },
};

test("an error in the stream is not its end: the response that failed follows", async () => {
  const [created] = responding([]);
  const failed = {
    type: "response.failed",
    response: { id: "resp_1", status: "failed", error: null, model: "m", output: [] },
  };
  const all = [
    [created, streamError, failed],
    // Some servers stop after it.
    [created, streamError],
  ] as JsonObject[][];
  for (const answer of all) {
    const conversation = await talk(pretendPeer([answer]));
    expect(ended(await events(conversation.send("a", { signal })))).toMatchObject({
      status: "failed",
      error: { code: "insufficient_quota", message: "You exceeded your quota." },
    });
  }
});

test("a stream that was cut is read to its end where the server keeps responses", async () => {
  const whole = responding([message("msg_1", "First."), message("msg_2", "Second.")]);
  const cut = whole.slice(0, 4);
  const response = whole.at(-1)?.response as JsonObject;
  let looks = 0;
  const peer = pretendPeer([cut], ({ method }) => {
    if (method !== "GET") return null;
    looks += 1;
    return Response.json(looks === 1 ? { ...response, status: "in_progress", output: [] } : response);
  });
  const conversation = await talk(peer, { state: "chain" });
  const all = await events(conversation.send("a", { signal }));
  expect(kinds(all)).toEqual(["message", "message", "ended"]);
  expect(looks).toBe(2);
});

test("an interrupted stream is not an end where nothing is kept", async () => {
  const conversation = await talk(pretendPeer([responding([message("msg_1", "First.")]).slice(0, 3)]), {
    state: "stateless",
  });
  expect(await problemOf(events(conversation.send("a", { signal })))).toMatchObject({ code: "stream_ended_early" });
});

test("a stream that was cut before anything whole came of it is asked for again where nothing is kept", async () => {
  const whole = responding([message("msg_1", "First.")]);
  const peer = pretendPeer([whole.slice(0, 3), whole]);
  const conversation = await talk(peer, { state: "stateless", retries: 1, clock: createLeapingClock() });
  const all = await events(conversation.send("a", { signal }));
  expect(kinds(all)).toEqual(["waiting", "resumed", "message", "ended"]);
  expect(peer.bodies[1]).toEqual(peer.bodies[0]);
});

test("an event that is not JSON spoils no other, and says by its name how the response ended", async () => {
  const text = responding([call("call_1", "lookup")]).map(
    (event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}`,
  );
  const broken = [text[0]?.slice(0, -1), ...text.slice(1, -1), text.at(-1)?.slice(0, -1)];
  const stream = new Response(`${broken.join("\n\n")}\n\n`, { headers: { "content-type": "text/event-stream" } });
  const conversation = await talk(pretendPeer([stream]));
  expect(kinds(await events(conversation.send("a", { signal })))).toEqual(["requires_action"]);
});

test("a request whose answer was lost is not sent twice into a conversation that it had reached", async () => {
  const items = [{ type: "message", id: "msg_0", role: "user", content: "a" }, message("msg_1", "Heard.")];
  const peer = pretendPeer([new Response("gone", { status: 502 })], ({ url }) =>
    url.includes("/items") ? Response.json({ data: items, has_more: false }) : null,
  );
  const conversation = await talk(peer, { retries: 2 });
  const all = (await events(conversation.send("a", { signal }))).filter(
    ({ kind }) => !["waiting", "resumed"].includes(kind),
  );
  expect(all).toMatchObject([
    { kind: "message", text: "Heard." },
    { kind: "ended", status: "completed" },
  ]);
  expect(peer.bodies).toHaveLength(1);
});

test("more opening items than one request takes are added twenty at a time", async () => {
  const bodies: JsonObject[] = [];
  const target = createResponsesTarget(
    connectionTo(
      async (input, init) => {
        bodies.push((await new Request(input, init).json()) as JsonObject);
        return Response.json({ id: "conv_1", data: [] });
      },
      { state: "conversation" },
    ),
  );
  const messages = Array.from({ length: 15 }, (_, nth) => [
    { role: "user" as const, text: `${nth}` },
    { role: "call" as const, name: "lookup", arguments: "{}", output: "x" },
  ]).flat();
  await target.testing(testRun).open({ assistant: plainSpec, messages, metadata: { a: "b" } });
  expect(bodies.map(({ items }) => (items as []).length)).toEqual([20, 20, 5]);
  expect(bodies[0]).toMatchObject({ metadata: { a: "b" } });
});

test("streamed text is reported as it arrives", async () => {
  const conversation = await talk(pretendPeer([streamOf(responding([message("msg_1", "Hello.")]))]));
  const all = await Array.fromAsync(conversation.send("a", { signal }));
  expect(all[0]).toEqual({ kind: "text", delta: "Hello." });
  expect(await conversation.transcript()).toEqual([
    { role: "user", text: "a" },
    { role: "assistant", text: "Hello." },
  ]);
});
