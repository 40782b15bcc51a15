import { Hono } from "hono";
import type { Engine } from "../../engine/engine.ts";
import { estimatePromptTokens } from "../../models/tokens.ts";
import type { ResponseShape } from "../../responses/changes.ts";
import { touchContainer } from "../../responses/containers.ts";
import { continuationOf, lockConversation, newResponse, readItems, type NewResponse } from "../../responses/create.ts";
import { itemsBefore } from "../../responses/context.ts";
import { findResponse, removeResponse, responses, type ResponseRecord } from "../../responses/kinds.ts";
import { resumeStream, streamResponse, type StreamSources, type StreamView } from "../../responses/stream.ts";
import { firstRequest } from "../../responses/task.ts";
import { itemToWire, responseToWire } from "../../responses/to-wire.ts";
import { isOver } from "../../responses/state.ts";
import { inTransaction, type Services } from "../../services.ts";
import { scopeAround } from "../../store/store.ts";
import { CountInputTokens, CreateResponse, type ResponseObject } from "../../wire/response.ts";
import { ApiFailure, refuse } from "../errors.ts";
import { pageOf } from "../item-pages.ts";
import { listQuery } from "../paging.ts";
import { parser } from "../validation/validate.ts";
import { checkId, pathId, queryOf, readBody } from "./requests.ts";
import { addressOf, viewOf } from "./views.ts";

const parseCreate = parser(CreateResponse);
const parseCount = parser(CountInputTokens);

/** `/responses`. */
export function responseRoutes(services: Services, engine: Engine<ResponseShape>): Hono {
  const { store, limits, waits } = services;
  const sources: StreamSources = { store, engine, waits };

  return new Hono()
    .post("/", async (context) => {
      const body = await readBody(context, parseCreate, limits);
      checkIds(body);
      const made = await newResponse(services, engine.id, body);
      const view: StreamView = {
        include: new Set(made.record.include),
        address: addressOf(context),
        isPadded: body.stream_options?.include_obfuscation ?? true,
      };
      const answer = await begin({ services, engine, sources }, made, view, body.stream ?? false);
      return answer();
    })
    .post("/input_tokens", async (context) => {
      const body = await readBody(context, parseCount, limits);
      checkIds(body);
      const before = continuationOf(body);
      const { earlier, input } = await readItems(services, body, before);
      const request = await firstRequest(services, countedRecord(body), [...earlier, ...input]);
      return context.json({ object: "response.input_tokens", input_tokens: estimatePromptTokens(request) });
    })
    .get("/:response_id", async (context) => {
      const record = await findResponse(store, pathId(context, "response_id"));
      const query = queryOf(context);
      const view = viewOf(context);
      if (query.get("stream") !== "true") return context.json(responseToWire(record.response, view));
      if (!record.isStreamed)
        refuse("This response cannot be streamed because it was not created with stream=true.", { param: "stream" });
      const isPadded = query.get("include_obfuscation") !== "false";
      return resumeStream(sources, record, { ...view, isPadded }, startingAfter(query));
    })
    .delete("/:response_id", async (context) => {
      const id = pathId(context, "response_id");
      const record = await findResponse(store, id);
      await removeResponse(store, record);
      engine.forget([id]);
      return context.json({ id, object: "response", deleted: true });
    })
    .post("/:response_id/cancel", async (context) => {
      const { id } = await findResponse(store, pathId(context, "response_id"));
      const { response } = await engine.cancel(id);
      return context.json(responseToWire(response, viewOf(context)));
    })
    .get("/:response_id/input_items", async (context) => {
      const record = await findResponse(store, pathId(context, "response_id"));
      const query = queryOf(context);
      const before = await itemsBefore(store, {
        conversationId: null,
        previousId: record.response.previous_response_id,
      });
      const view = viewOf(context);
      const page = pageOf([...before, ...record.input], listQuery(query));
      return context.json({ ...page, data: page.data.map((item) => itemToWire(item, view)) });
    });
}

interface Begins {
  services: Services;
  engine: Engine<ResponseShape>;
  sources: StreamSources;
}

/** Stores and starts a response; returns the function that answers the request: with a complete stream, or with the response at its start or end. */
async function begin(
  { services, engine, sources }: Begins,
  made: NewResponse,
  view: StreamView,
  isStream: boolean,
): Promise<() => Response | Promise<Response>> {
  const { record } = made;
  const { id, response, containerId } = record;
  let answer = (): Response | Promise<Response> => Response.json(responseToWire(response, view));
  await inTransaction(
    services,
    async (inside) => {
      await lockConversation(inside.store, made);
      if (containerId !== null) await touchContainer(inside, containerId);
      inside.store.afterCommit(() => {
        if (isStream) {
          const stream = streamResponse(sources, id, view);
          answer = () => stream;
        } else if (!response.background) {
          const over = untilOver(engine, id);
          answer = async () => Response.json(responseToWire(await over, view));
        }
      });
      await engine.begin(inside.store, record);
    },
    { ...scopeAround(responses, record), shared: containerId !== null },
  );
  return answer;
}

/** The response when it has ended. Rejects when it will not end: it was deleted, or the server closes. */
function untilOver({ bus }: Engine<ResponseShape>, id: string): Promise<ResponseObject> {
  return new Promise((resolve, reject) => {
    const unsubscribe = bus.subscribe(id, {
      event(event) {
        const { response } = event as { response?: ResponseObject };
        if (response === undefined || !isOver(response)) return;
        unsubscribe();
        resolve(response);
      },
      broken() {
        unsubscribe();
        reject(new ApiFailure(500, "The response was interrupted.", { type: "server_error" }));
      },
    });
  });
}

function checkIds({ previous_response_id: previous, conversation }: CountInputTokens): void {
  if (typeof previous === "string") checkId("response_id", previous, "previous_response_id");
  const id = typeof conversation === "object" ? conversation?.id : conversation;
  if (id !== undefined) checkId("conversation_id", id, "conversation");
}

function startingAfter(query: URLSearchParams): number {
  const given = query.get("starting_after");
  if (given === null) return -1;
  if (!/^\d{1,12}$/.test(given))
    refuse(`Invalid type for 'starting_after': expected an integer, but got '${given}'.`, {
      param: "starting_after",
      code: "invalid_type",
    });
  return Number(given);
}

/** The part of a response that determines its first request. */
function countedRecord(
  body: CountInputTokens,
): Pick<ResponseRecord, "id" | "response" | "conversationId" | "containerId"> {
  const response = {
    model: body.model ?? "",
    instructions: body.instructions ?? null,
    tools: body.tools ?? [],
    tool_choice: body.tool_choice ?? "auto",
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    text: { format: body.text?.format ?? { type: "text" }, verbosity: "medium" },
    reasoning: { effort: null, summary: null },
    metadata: {},
    temperature: 1,
    top_p: 1,
    max_output_tokens: null,
  };
  return { id: "resp_", response: response as unknown as ResponseObject, conversationId: null, containerId: null };
}
