import { Hono } from "hono";
import { refuse } from "../errors.ts";
import { findAssistant, findRun, findThread } from "../../domain/find.ts";
import { listPage, listQuery } from "../paging.ts";
import { createRun, insertRun } from "../../runs/create.ts";
import type { Engine } from "../../runs/engine.ts";
import { activeStatuses } from "../../runs/state.ts";
import { streamRun } from "../../runs/stream.ts";
import { answerCalls } from "../../runs/submit.ts";
import type { Services } from "../../services.ts";
import { addThread } from "../../domain/threads.ts";
import { createToolResources } from "../../domain/tool-resources.ts";
import { parser } from "../validation/validate.ts";
import { CreateRun, CreateThreadAndRun, ModifyRun, SubmitToolOutputs, runs, type RunRecord } from "../../wire/run.ts";
import { wantsContent } from "./include.ts";
import { checkId, pathId, queryOf, readBody } from "./requests.ts";

const parseCreate = parser(CreateRun);
const parseCreateBoth = parser(CreateThreadAndRun);
const parseModify = parser(ModifyRun);
const parseSubmit = parser(SubmitToolOutputs);

/** `/threads/runs` and `/threads/{thread_id}/runs`. */
export function runRoutes(services: Services, engine: Engine): Hono {
  const { store, limits } = services;
  const path = "/:thread_id/runs";
  const onePath = `${path}/:run_id`;

  return new Hono()
    .post("/runs", async (context) => {
      const {
        thread: newThread,
        tool_resources: resources,
        ...body
      } = await readBody(context, parseCreateBoth, limits);
      checkId("assistant_id", body.assistant_id);
      const { thread, record } = store.transaction(() => {
        const assistant = findAssistant(store, body.assistant_id);
        const thread = addThread(services, newThread ?? {});
        const record = insertRun(services, {
          engine: engine.id,
          threadId: thread.id,
          assistant,
          body,
          instructions: body.instructions ?? assistant.instructions,
          resources: { ...assistant.tool_resources, ...createToolResources(services, resources, null) },
        });
        return { thread, record };
      });
      const first = { event: "thread.created", data: thread } as const;
      if (body.stream === true)
        return streamRun(engine.bus, record.id, { first, withContent: wantsContent(queryOf(context)) }, () =>
          engine.begin(record),
        );
      engine.begin(record);
      return context.json(record.run);
    })
    .post(path, async (context) => {
      const threadId = pathId(context, "thread_id");
      const withContent = wantsContent(queryOf(context));
      const body = await readBody(context, parseCreate, limits);
      checkId("assistant_id", body.assistant_id);
      const record = createRun(services, engine.id, threadId, body);
      if (body.stream === true) return streamRun(engine.bus, record.id, { withContent }, () => engine.begin(record));
      engine.begin(record);
      return context.json(record.run);
    })
    .get(path, (context) => {
      const { id } = findThread(store, pathId(context, "thread_id"));
      const page = listPage(store, runs, "run", { ...listQuery(queryOf(context)), parent: id });
      return context.json({ ...page, data: page.data.map(({ run }) => run) });
    })
    .get(onePath, (context) =>
      context.json(findRun(store, pathId(context, "thread_id"), pathId(context, "run_id")).run),
    )
    .post(onePath, async (context) => {
      const threadId = pathId(context, "thread_id");
      const id = pathId(context, "run_id");
      const { metadata } = await readBody(context, parseModify, limits);
      const record = store.transaction((): RunRecord => {
        const current = findRun(store, threadId, id);
        if (activeStatuses.some((status) => status === current.run.status))
          refuse(`Cannot update run with status '${current.run.status}'.`);
        const changed = {
          ...current,
          run: { ...current.run, metadata: metadata === undefined ? current.run.metadata : (metadata ?? {}) },
        };
        store.replace(runs, changed);
        return changed;
      });
      return context.json(record.run);
    })
    .post(`${onePath}/submit_tool_outputs`, async (context) => {
      const threadId = pathId(context, "thread_id");
      const runId = pathId(context, "run_id");
      const body = await readBody(context, parseSubmit, limits);
      const record = findRun(store, threadId, runId);
      answerCalls(services, record, body.tool_outputs);
      const resume = (): RunRecord =>
        engine.resume(runId, (current) => answerCalls(services, current, body.tool_outputs));
      if (body.stream === true) return streamRun(engine.bus, runId, { withContent: false }, resume);
      return context.json(resume().run);
    })
    .post(`${onePath}/cancel`, (context) => {
      const record = findRun(store, pathId(context, "thread_id"), pathId(context, "run_id"));
      return context.json(engine.cancel(record).run);
    });
}
