import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/kit/json.ts";
import type { TurnEvent } from "../../../src/targets/target.ts";
import { events, message, pretendPeer, responding, signal, talk } from "./peer.ts";

const ended = (all: readonly TurnEvent[]) => all.findLast((event) => event.kind === "ended");

test("what a turn that failed has left in the conversation is not taken for the answer to the next one", async () => {
  const failed = { id: "resp_1", status: "failed", error: { code: "server_error", message: "No." }, output: [] };
  const left = [{ type: "message", id: "msg_0", role: "user", content: "a" }, message("msg_1", "Half an answer.")];
  const added = [{ type: "message", id: "msg_2", role: "user", content: "b" }, message("msg_3", "The answer.")];
  let items: JsonObject[] = left;
  const peer = pretendPeer(
    [
      [
        { type: "response.created", response: { ...failed, status: "in_progress", error: null } },
        { type: "response.failed", response: failed },
      ],
      new Response("gone", { status: 502 }),
    ],
    ({ url }) => {
      if (!url.includes("/items")) return null;
      const after = new URL(url).searchParams.get("after");
      const data = items.slice(items.findIndex(({ id }) => id === after) + 1);
      items = [...left, ...added];
      return Response.json({ data, has_more: false });
    },
  );
  const conversation = await talk(peer, { retries: 2 });
  expect(ended(await events(conversation.send("a", { signal })))).toMatchObject({ status: "failed" });
  const second = await events(conversation.send("b", { signal }));
  expect(second.filter(({ kind }) => kind === "message")).toMatchObject([{ text: "The answer." }]);
});

test("a chain deletes every response that it began, those that failed too", async () => {
  const failed = { id: "resp_9", status: "failed", error: { code: "server_error", message: "No." }, output: [] };
  const peer = pretendPeer([
    [
      { type: "response.created", response: { ...failed, status: "in_progress", error: null } },
      { type: "response.failed", response: failed },
    ],
    responding([message("msg_1", "Yes.")]),
  ]);
  const conversation = await talk(peer, { state: "chain" });
  await events(conversation.send("a", { signal }));
  await events(conversation.send("b", { signal }));
  await conversation.close();
  const deleted = peer.requests.filter((request) => request.startsWith("DELETE"));
  expect(deleted).toHaveLength(2);
  expect(deleted).toContain("DELETE /v1/responses/resp_9");
});
