import { Hono } from "hono";
import { ApiFailure, errorBody, refuse } from "../errors.ts";
import { eventStream } from "../event-stream.ts";
import { listPage, listQuery } from "../paging.ts";
import { isFromUser, newRun, newRunOf } from "../../runs/create.ts";
import type { Engine } from "../../engine/engine.ts";
import { activeStatuses } from "../../runs/state.ts";
import { answerCalls } from "../../runs/submit.ts";
import { type Services, inTransaction } from "../../services.ts";
import type { Store } from "../../store/store.ts";
import { addThread, scopeOfNewThread, scopeOfThread } from "../../domain/threads.ts";
import { createToolResources } from "../../domain/tool-resources.ts";
import { parser } from "../validation/validate.ts";
import { CreateRun, CreateThreadAndRun, ModifyRun, SubmitToolOutputs } from "../../wire/run.ts";
import { checkId, pathId, queryOf, readBody, wantsContent } from "./requests.ts";
import { type RunRecord, findAssistant, findRun, findThread, runs } from "../../domain/kinds.ts";
import { stepToWire } from "../../wire/step.ts";
import { type Waits, waitingComment } from "../../../kit/waits.ts";
import type { Bus } from "../../engine/bus.ts";
import type { RunShape, StreamEvent } from "../../runs/changes.ts";

const parseCreate = parser(CreateRun);
const parseCreateBoth = parser(CreateThreadAndRun);
const parseModify = parser(ModifyRun);
const parseSubmit = parser(SubmitToolOutputs);

/** `/threads/runs` and `/threads/{thread_id}/runs`. */
export function runRoutes(services: Services, engine: Engine<RunShape>): Hono {
  const { store, limits, waits } = services;
  const sources = { bus: engine.bus, waits };
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
      const withContent = wantsContent(queryOf(context));
      const threadId = services.ids("thread_");
      const scope = scopeOfNewThread(threadId, newThread ?? {});
      const answer = await inTransaction(
        services,
        async (inside) => {
          const assistant = await findAssistant(inside.store, body.assistant_id);
          const { thread, lastMessage } = await addThread(inside, threadId, newThread ?? {}, "thread.");
          const record = newRun(inside, {
            engine: engine.id,
            threadId: thread.id,
            assistant,
            body,
            instructions: body.instructions ?? assistant.instructions,
            hasUserMessage: newThread?.messages?.some(isFromUser) ?? false,
            after: lastMessage,
            resources: { ...assistant.tool_resources, ...(await createToolResources(inside, resources, null)) },
          });
          const first = { event: "thread.created", data: thread } as const;
          return beginRun(
            inside.store,
            { engine, sources },
            record,
            body.stream === true ? { first, withContent } : null,
          );
        },
        resources ? { ...scope, shared: true } : scope,
      );
      return answer();
    })
    .post(path, async (context) => {
      const threadId = pathId(context, "thread_id");
      const withContent = wantsContent(queryOf(context));
      const body = await readBody(context, parseCreate, limits);
      checkId("assistant_id", body.assistant_id);
      const answer = await inTransaction(
        services,
        async (inside) => {
          const record = await newRunOf(inside, engine.id, threadId, body);
          return beginRun(inside.store, { engine, sources }, record, body.stream === true ? { withContent } : null);
        },
        scopeOfThread(threadId, ...(body.additional_messages ?? [])),
      );
      return answer();
    })
    .get(path, async (context) => {
      const { id } = await findThread(store, pathId(context, "thread_id"));
      const page = await listPage(store, runs, "run", { ...listQuery(queryOf(context)), parent: id });
      return context.json({ ...page, data: page.data.map(({ run }) => run) });
    })
    .get(onePath, async (context) => {
      const { run } = await findRun(store, pathId(context, "thread_id"), pathId(context, "run_id"));
      return context.json(run);
    })
    .post(onePath, async (context) => {
      const threadId = pathId(context, "thread_id");
      const id = pathId(context, "run_id");
      const { metadata } = await readBody(context, parseModify, limits);
      const record = await store.transaction(async (tx): Promise<RunRecord> => {
        const current = await findRun(tx, threadId, id);
        if (activeStatuses.some((status) => status === current.run.status))
          refuse(`Cannot update run with status '${current.run.status}'.`);
        const changed = {
          ...current,
          run: { ...current.run, metadata: metadata === undefined ? current.run.metadata : (metadata ?? {}) },
        };
        await tx.replace(runs, changed);
        return changed;
      }, scopeOfThread(threadId));
      return context.json(record.run);
    })
    .post(`${onePath}/submit_tool_outputs`, async (context) => {
      const threadId = pathId(context, "thread_id");
      const runId = pathId(context, "run_id");
      const body = await readBody(context, parseSubmit, limits);
      await findRun(store, threadId, runId);
      let stream: Response | null = null;
      const { run } = await engine.resume(runId, async (current, tx) => {
        const answered = await answerCalls(services, tx, current, body.tool_outputs);
        if (body.stream === true)
          tx.afterCommit(() => {
            stream = streamRun(sources, runId, { withContent: false });
          });
        return answered;
      });
      return stream ?? context.json(run);
    })
    .post(`${onePath}/cancel`, async (context) => {
      const { id } = await findRun(store, pathId(context, "thread_id"), pathId(context, "run_id"));
      return context.json((await engine.cancel(id)).run);
    });
}

/** Starts a run in the transaction of `store`; returns the function that answers the request after that: with a complete stream, or with the run. */
async function beginRun(
  store: Store,
  { engine, sources }: { engine: Engine<RunShape>; sources: StreamSources },
  record: RunRecord,
  stream: StreamOptions | null,
): Promise<() => Response> {
  let answer = (): Response => Response.json(record.run);
  if (stream)
    store.afterCommit(() => {
      const response = streamRun(sources, record.id, stream);
      answer = () => response;
    });
  await engine.begin(store, record);
  return () => answer();
}

/** The options of a stream. */
export interface StreamOptions {
  /** Sent before anything else. */
  first?: StreamEvent;
  /** True when steps include the text of search results. */
  withContent: boolean;
}

/** The sources of a run's events and waits. */
export interface StreamSources {
  bus: Bus<StreamEvent>;
  waits: Waits;
}

/**
 * Streams the events of a run from now on, until it has ended or waits for outputs. Waits that the client cannot shorten are sent as
 * comments. A client that disconnects only stops listening.
 */
export function streamRun(
  { bus, waits }: StreamSources,
  runId: string,
  { first, withContent }: StreamOptions,
): Response {
  return eventStream(({ send, comment, finish }) => {
    const tell = (event: StreamEvent): void => {
      send(event.event, JSON.stringify(toWire(event, withContent)));
      if (!endsStream(event)) return;
      send("done", "[DONE]");
      finish();
    };
    const unsubscribe = bus.subscribe(runId, {
      event: tell,
      broken() {
        send("error", JSON.stringify(errorBody(broken)));
        finish();
      },
    });
    if (first) tell(first);
    const unlisten = waits.listen(runId, (reason) => comment(waitingComment(reason)));
    return () => {
      unsubscribe();
      unlisten();
    };
  });
}

const broken = new ApiFailure(500, "The stream was interrupted.", { type: "server_error" });

function toWire(event: StreamEvent, withContent: boolean): object {
  return event.data.object === "thread.run.step" ? stepToWire(event.data, withContent) : event.data;
}

const lastEvents = new Set(
  ["requires_action", "completed", "failed", "incomplete", "expired", "cancelled"].map(
    (status) => `thread.run.${status}`,
  ),
);

function endsStream({ event }: StreamEvent): boolean {
  return lastEvents.has(event);
}
