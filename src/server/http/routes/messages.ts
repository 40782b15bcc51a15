import { Hono } from "hono";
import { refuse } from "../errors.ts";
import { activeRun, addMessages, scopeOfThread } from "../../domain/threads.ts";
import { listPage, listQuery } from "../paging.ts";
import { inTransaction, type Services } from "../../services.ts";
import { parser } from "../validation/validate.ts";
import { CreateMessage, ModifyMessage, type Message } from "../../wire/message.ts";
import { checkId, pathId, queryOf, readBody } from "./requests.ts";
import { findMessage, findThread, messages } from "../../domain/kinds.ts";

const parseCreate = parser(CreateMessage);
const parseModify = parser(ModifyMessage);

/** `/threads/{thread_id}/messages`. */
export function messageRoutes(services: Services): Hono {
  const { store, limits } = services;
  const path = "/:thread_id/messages";

  return new Hono()
    .post(path, async (context) => {
      const threadId = pathId(context, "thread_id");
      const body = await readBody(context, parseCreate, limits);
      const [message] = await inTransaction(
        services,
        async (inside) => {
          await findThread(inside.store, threadId);
          const locking = await activeRun(inside.store, threadId);
          if (locking) refuse(`Can't add messages to ${threadId} while a run ${locking.id} is active.`);
          return addMessages(inside, threadId, [body], () => "");
        },
        scopeOfThread(threadId, body),
      );
      return context.json(message);
    })
    .get(path, async (context) => {
      const { id } = await findThread(store, pathId(context, "thread_id"));
      const query = queryOf(context);
      const runId = query.get("run_id");
      const filter = runId === null ? {} : { tags: [checkId("run_id", runId)] };
      return context.json(await listPage(store, messages, "message", { ...listQuery(query), ...filter, parent: id }));
    })
    .get(`${path}/:message_id`, async (context) =>
      context.json(await findMessage(store, pathId(context, "thread_id"), pathId(context, "message_id"))),
    )
    .post(`${path}/:message_id`, async (context) => {
      const threadId = pathId(context, "thread_id");
      const id = pathId(context, "message_id");
      const { metadata } = await readBody(context, parseModify, limits);
      const message = await store.transaction(async (tx): Promise<Message> => {
        const current = await findMessage(tx, threadId, id);
        const changed = { ...current, metadata: metadata === undefined ? current.metadata : (metadata ?? {}) };
        await tx.replace(messages, changed);
        return changed;
      }, scopeOfThread(threadId));
      return context.json(message);
    })
    .delete(`${path}/:message_id`, async (context) => {
      const { id } = await findMessage(store, pathId(context, "thread_id"), pathId(context, "message_id"));
      await store.remove(messages, id);
      return context.json({ id, object: "thread.message.deleted", deleted: true });
    });
}
