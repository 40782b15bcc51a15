import { Hono } from "hono";
import type { Engine } from "../../engine/engine.ts";
import type { RunShape } from "../../runs/changes.ts";
import { inTransaction, type Services } from "../../services.ts";
import { addThread, removeThread, scopeOfNewThread, scopeOfThread } from "../../domain/threads.ts";
import { threadStoreDays, updateToolResources } from "../../domain/tool-resources.ts";
import { parser } from "../validation/validate.ts";
import { CreateThread, ModifyThread, type Thread } from "../../wire/thread.ts";
import { pathId, readBody } from "./requests.ts";
import { findThread, threads } from "../../domain/kinds.ts";

const parseCreate = parser(CreateThread);
const parseModify = parser(ModifyThread);

/** `/threads`. */
export function threadRoutes(services: Services, engine: Engine<RunShape>): Hono {
  const { store, limits } = services;

  return new Hono()
    .post("/", async (context) => {
      const body = await readBody(context, parseCreate, limits);
      const id = services.ids("thread_");
      const scope = scopeOfNewThread(id, body);
      return context.json((await inTransaction(services, (inside) => addThread(inside, id, body), scope)).thread);
    })
    .get("/:thread_id", async (context) => context.json(await findThread(store, pathId(context, "thread_id"))))
    .post("/:thread_id", async (context) => {
      const id = pathId(context, "thread_id");
      const body = await readBody(context, parseModify, limits);
      const { metadata, tool_resources: resources } = body;
      const thread = await inTransaction(
        services,
        async (inside): Promise<Thread> => {
          const current = await findThread(inside.store, id);
          const changed: Thread = {
            ...current,
            metadata: metadata === undefined ? current.metadata : (metadata ?? {}),
            tool_resources: await updateToolResources(inside, current.tool_resources, resources, threadStoreDays),
          };
          await inside.store.replace(threads, changed);
          return changed;
        },
        scopeOfThread(id, body),
      );
      return context.json(thread);
    })
    .delete("/:thread_id", async (context) => {
      const id = pathId(context, "thread_id");
      engine.forget(await removeThread(store, id));
      await services.codeInterpreter.endSession(id);
      return context.json({ id, object: "thread.deleted", deleted: true });
    });
}
