import { Hono } from "hono";
import { ApiFailure } from "../errors.ts";
import type { ModelInfo } from "../../models/model.ts";
import type { Services } from "../../services.ts";

/** `/models`: the model names that the server accepts. */
export function modelRoutes({ model }: Pick<Services, "model">): Hono {
  return new Hono()
    .get("/", async (context) => {
      const models = await model.list();
      return context.json({ object: "list", data: models.map(toWire) });
    })
    .get("/:model{.+}", async (context) => {
      const id = context.req.param("model");
      const found = (await model.list()).find((each) => each.id === id);
      if (!found)
        throw new ApiFailure(404, `The model '${id}' does not exist`, { param: "model", code: "model_not_found" });
      return context.json(toWire(found));
    });
}

function toWire(info: ModelInfo) {
  return { ...info, object: "model", shutdown_date: info.shutdown_date ?? null };
}
