import { Hono } from "hono";
import type { Static } from "../../../schema/builder.ts";
import { notFound } from "../errors.ts";
import { findAssistant } from "../../domain/find.ts";
import { listPage, listQuery } from "../paging.ts";
import { seconds, type Services } from "../../services.ts";
import { createToolResources, updateToolResources } from "../../domain/tool-resources.ts";
import { parser } from "../validation/validate.ts";
import { CreateAssistant, ModifyAssistant, assistants, type Assistant } from "../../wire/assistant.ts";
import { pathId, queryOf, readBody } from "./requests.ts";

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
  const { store, clock, ids, limits } = services;

  return new Hono()
    .post("/", async (context) => {
      const { tool_resources: resources, ...fields } = await readBody(context, parseCreate, limits);
      const assistant = store.transaction((): Assistant => {
        const created: Assistant = {
          id: ids("asst_"),
          object: "assistant",
          created_at: seconds(clock),
          ...defaults,
          ...settings(fields),
          model: fields.model,
          tool_resources: createToolResources(services, resources, null),
        };
        store.insert(assistants, created);
        return created;
      });
      return context.json(assistant);
    })
    .get("/", (context) => context.json(listPage(store, assistants, "assistant", listQuery(queryOf(context)))))
    .get("/:assistant_id", (context) => context.json(findAssistant(store, pathId(context, "assistant_id"))))
    .post("/:assistant_id", async (context) => {
      const id = pathId(context, "assistant_id");
      const { tool_resources: resources, ...changes } = await readBody(context, parseModify, limits);
      const assistant = store.transaction((): Assistant => {
        const current = findAssistant(store, id);
        const changed: Assistant = {
          ...current,
          ...settings(changes),
          tool_resources: updateToolResources(services, current.tool_resources, resources, null),
        };
        store.replace(assistants, changed);
        return changed;
      });
      return context.json(assistant);
    })
    .delete("/:assistant_id", (context) => {
      const id = pathId(context, "assistant_id");
      if (!store.remove(assistants, id)) notFound("assistant", id);
      return context.json({ id, object: "assistant.deleted", deleted: true });
    });
}

/** What a body sets; `null` sets a field back to its default. */
function settings(body: Omit<Static<typeof ModifyAssistant>, "tool_resources">): Partial<Assistant> {
  const given = Object.entries(body).map(([name, value]) => [name, value ?? defaults[name as keyof typeof defaults]]);
  return Object.fromEntries(given) as Partial<Assistant>;
}
