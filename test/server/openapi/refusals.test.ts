import { expect, test } from "vitest";
import { startServer } from "../harness.ts";
import { operations } from "./document.ts";

/** Ids of the right form that lead nowhere. */
const nowhere: Record<string, string> = {
  assistant_id: "asst_none",
  thread_id: "thread_none",
  message_id: "msg_none",
  run_id: "run_none",
  step_id: "step_none",
  file_id: "file-none",
  vector_store_id: "vs_none",
  batch_id: "vsfb_none",
  model: "none",
  response_id: "resp_none",
  conversation_id: "conv_none",
  item_id: "msg_none",
};
/** Bodies with which nothing is wrong; the others may be empty. */
const bodies: Record<string, object> = {
  createMessage: { role: "user", content: "hello" },
  createRun: { assistant_id: "asst_none" },
  submitToolOuputsToRun: { tool_outputs: [] },
  createVectorStoreFile: { file_id: "file-none" },
  createVectorStoreFileBatch: { file_ids: ["file-none"] },
  updateVectorStoreFileAttributes: { attributes: {} },
  searchVectorStore: { query: "noon" },
  updateConversation: { metadata: {} },
  createConversationItems: { items: [] },
};
const filled = (path: string, ids: Record<string, string>): string =>
  `/v1${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "x")}`;
const withIds = operations.filter(({ path }) => path.includes("{"));
const withBodies = operations.filter(({ bodies }) => Object.keys(bodies).length > 0);

test.each(withIds)("$id says that there is no such thing", async ({ id, method, path }) => {
  const { send } = await startServer();
  const response = await send(method, filled(path, nowhere), method === "POST" ? (bodies[id] ?? {}) : undefined);
  const { error } = (await response.json()) as { error: { message: string } };
  expect([response.status, error.message]).toEqual([404, expect.stringMatching(/none/)]);
});

test.each(withBodies)("$id refuses a body that is none", async ({ path }) => {
  const { send } = await startServer();
  const response = await send("POST", filled(path, nowhere), "[");
  expect(response.status).toBe(400);
});
