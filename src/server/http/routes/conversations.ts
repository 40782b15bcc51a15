import { Hono } from "hono";
import { addItems, createConversation, findItem, removeConversation } from "../../responses/conversations.ts";
import { conversationItems, conversations, findConversation, itemKey } from "../../responses/kinds.ts";
import { itemToWire } from "../../responses/to-wire.ts";
import type { Services } from "../../services.ts";
import { CreateConversation, CreateItems, ModifyConversation } from "../../wire/conversation.ts";
import { listBody, listPage, listQuery } from "../paging.ts";
import { parser } from "../validation/validate.ts";
import { pathId, queryOf, readBody } from "./requests.ts";
import { viewOf } from "./views.ts";

const parseCreate = parser(CreateConversation);
const parseModify = parser(ModifyConversation);
const parseItems = parser(CreateItems);

/** `/conversations`. */
export function conversationRoutes(services: Services): Hono {
  const { store, limits } = services;
  const itemPath = "/:conversation_id/items/:item_id";

  return new Hono()
    .post("/", async (context) => {
      const body = await readBody(context, parseCreate, limits);
      return context.json(await createConversation(services, body));
    })
    .get("/:conversation_id", async (context) =>
      context.json(await findConversation(store, pathId(context, "conversation_id"))),
    )
    .post("/:conversation_id", async (context) => {
      const id = pathId(context, "conversation_id");
      const { metadata } = await readBody(context, parseModify, limits);
      const changed = await store.transaction(
        async (tx) => {
          const next = { ...(await findConversation(tx, id)), metadata };
          await tx.replace(conversations, next);
          return next;
        },
        { thread: id },
      );
      return context.json(changed);
    })
    .delete("/:conversation_id", async (context) => {
      const id = pathId(context, "conversation_id");
      await removeConversation(store, id);
      return context.json({ id, object: "conversation.deleted", deleted: true });
    })
    .post("/:conversation_id/items", async (context) => {
      const id = pathId(context, "conversation_id");
      const view = viewOf(context);
      const { items } = await readBody(context, parseItems, limits);
      const added = await addItems(services, id, items);
      const page = listBody(added, false);
      return context.json({ ...page, data: page.data.map((item) => itemToWire(item, view)) });
    })
    .get("/:conversation_id/items", async (context) => {
      const { id } = await findConversation(store, pathId(context, "conversation_id"));
      const view = viewOf(context);
      const { after, before, ...query } = listQuery(queryOf(context));
      const cursors = {
        ...(after !== undefined && { after: itemKey(id, after) }),
        ...(before !== undefined && { before: itemKey(id, before) }),
      };
      const { data, has_more: hasMore } = await listPage(store, conversationItems, "item", {
        ...query,
        ...cursors,
        parent: id,
      });
      const page = listBody(
        data.map(({ item }) => item),
        hasMore,
      );
      return context.json({ ...page, data: page.data.map((item) => itemToWire(item, view)) });
    })
    .get(itemPath, async (context) => {
      const view = viewOf(context);
      const { item } = await findItem(store, pathId(context, "conversation_id"), context.req.param("item_id"));
      return context.json(itemToWire(item, view));
    })
    .delete(itemPath, async (context) => {
      const id = pathId(context, "conversation_id");
      const found = await findItem(store, id, context.req.param("item_id"));
      await store.remove(conversationItems, found.id);
      return context.json(await findConversation(store, id));
    });
}
