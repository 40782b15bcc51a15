import { Hono } from "hono";
import { listPage, listQuery } from "../paging.ts";
import type { Services } from "../../services.ts";
import { stepToWire } from "../../wire/step.ts";
import { wantsContent, pathId, queryOf } from "./requests.ts";
import { findRun, findStep, steps } from "../../domain/kinds.ts";

/** `/threads/{thread_id}/runs/{run_id}/steps`. */
export function stepRoutes({ store }: Pick<Services, "store">): Hono {
  const path = "/:thread_id/runs/:run_id/steps";
  return new Hono()
    .get(path, async (context) => {
      const { id } = await findRun(store, pathId(context, "thread_id"), pathId(context, "run_id"));
      const query = queryOf(context);
      const withContent = wantsContent(query);
      const page = await listPage(store, steps, "run step", { ...listQuery(query), parent: id });
      return context.json({ ...page, data: page.data.map((step) => stepToWire(step, withContent)) });
    })
    .get(`${path}/:step_id`, async (context) => {
      const runId = pathId(context, "run_id");
      const step = await findStep(store, pathId(context, "thread_id"), runId, pathId(context, "step_id"));
      return context.json(stepToWire(step, wantsContent(queryOf(context))));
    });
}
