import { Hono } from "hono";
import type { Static } from "../../../schema/builder.ts";
import { notFound } from "../errors.ts";
import { listPage, listQuery } from "../paging.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import { createToolResources, updateToolResources } from "../../domain/tool-resources.ts";
import { parser } from "../validation/validate.ts";
import { CreateAssistant, ModifyAssistant, type Assistant } from "../../wire/assistant.ts";
import { pathId, queryOf, readBody } from "./requests.ts";
import { findAssistant, assistants } from "../../domain/kinds.ts";

const parseCreate = parser(CreateAssistant);
const parseModify = parser(ModifyAssistant);

const defaults = {
  name: null,
  description: null,
  instructions: null,
  tools: [],
  top_p: 1,
  temperature: 1,
  metadata: {},
  response_format: "auto",
  reasoning_effort: null,
} satisfies Partial<Assistant>;

/** `/assistants`. */
export function assistantRoutes(services: Services): Hono {
  const { store, limits } = services;

  return new Hono()
    .post("/", async (context) => {
      const { tool_resources: resources, ...fields } = await readBody(context, parseCreate, limits);
      const assistant = await inTransaction(services, async (inside) => {
        const { store, clock, ids } = inside;
        const created: Assistant = {
          id: ids("asst_"),
          object: "assistant",
          created_at: seconds(clock),
          ...defaults,
          ...settings(fields),
          model: fields.model,
          tool_resources: await createToolResources(inside, resources, null),
        };
        await store.insert(assistants, created);
        return created;
      });
      return context.json(assistant);
    })
    .get("/", async (context) =>
      context.json(await listPage(store, assistants, "assistant", listQuery(queryOf(context)))),
    )
    .get("/:assistant_id", async (context) => context.json(await findAssistant(store, pathId(context, "assistant_id"))))
    .post("/:assistant_id", async (context) => {
      const id = pathId(context, "assistant_id");
      const { tool_resources: resources, ...changes } = await readBody(context, parseModify, limits);
      const assistant = await inTransaction(services, async (inside) => {
        const { store } = inside;
        const current = await findAssistant(store, id);
        const changed: Assistant = {
          ...current,
          ...settings(changes),
          tool_resources: await updateToolResources(inside, current.tool_resources, resources, null),
        };
        await store.replace(assistants, changed);
        return changed;
      });
      return context.json(assistant);
    })
    .delete("/:assistant_id", async (context) => {
      const id = pathId(context, "assistant_id");
      if (!(await store.remove(assistants, id))) notFound("assistant", id);
      return context.json({ id, object: "assistant.deleted", deleted: true });
    });
}

/** The fields that a body sets; `null` resets a field to its default. */
function settings(body: Omit<Static<typeof ModifyAssistant>, "tool_resources">): Partial<Assistant> {
  const given = Object.entries(body).map(([name, value]) => [name, value ?? defaults[name as keyof typeof defaults]]);
  return Object.fromEntries(given) as Partial<Assistant>;
}
