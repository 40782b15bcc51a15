import { asObject, asText, objectsOf, textOrNull, type JsonObject } from "../../kit/json.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Call, CallOptions, Sending } from "../http/call.ts";
import { once } from "../http/once.ts";
import { readPages } from "../http/pages.ts";
import { limitIn } from "../http/rate-headers.ts";
import type { Attachment, TranscriptMessage, TurnEvent } from "../target.ts";
import { betaHeaders } from "../objects/lists.ts";
import { type FoundPassage, passagesWanted, searchesIn } from "./passages.ts";
import { callsOf, textOf, type TurnReader } from "./turn-events.ts";

/** How requests are sent to an Assistants API. */
export interface Api {
  call: Call;
  baseUrl: string;
  clock: Clock;
  /** How often a request whose answer was lost may be sent again. */
  retries: number;
}

type Options = Pick<CallOptions, "signal" | "onWaiting">;

/** One thread at an Assistants API, with its messages and runs. */
export interface Thread {
  readonly id: string;
  /** Its path after the base URL. */
  readonly path: string;
  /** Adds a user message exactly once, even when the answer is lost. */
  say(text: string, options: Options & { attached?: readonly AttachedFile[] }): Promise<void>;
  /** The vector stores of the thread itself. */
  stores(options: CallOptions): Promise<string[]>;
  /** A run that is not known yet; `null` when there is none. */
  newRun(options: Options): Promise<string | null>;
  knowRun(run: string): void;
  /** The search results of the last run with their texts, one list per search. */
  found(options: Options): Promise<FoundPassage[][]>;
  /** True while the run waits for the outputs of exactly these calls. */
  waitsFor(run: string, callIds: readonly string[], options: Options): Promise<boolean>;
  /** The run's current status and the events that the reader has not reported yet; status `null` when it cannot be read. */
  readRun(run: string, reader: TurnReader, options: Options): Promise<{ status: string | null; events: TurnEvent[] }>;
  transcript(): Promise<TranscriptMessage[]>;
}

/** An uploaded file that is attached to a message. */
export interface AttachedFile extends Omit<Attachment, "file"> {
  id: string;
}

function messageOf(text: string, attached: readonly AttachedFile[]): object {
  const shown = attached.filter(({ isShown }) => isShown);
  const read = attached.filter(({ tools }) => tools.length > 0);
  const images = shown.map(({ id }) => ({ type: "image_file", image_file: { file_id: id } }));
  const attachments = read.map(({ id, tools }) => ({ file_id: id, tools: tools.map((type) => ({ type })) }));
  return {
    role: "user",
    content: images.length === 0 ? text : [{ type: "text", text }, ...images],
    ...(attachments.length > 0 && { attachments }),
  };
}

const ended = new Set(["completed", "failed", "incomplete", "expired", "cancelled"]);

/** The thread with this id; `opening` is the number of messages that it began with. */
export function createThread({ call, baseUrl, clock, retries }: Api, id: string, opening: number): Thread {
  const path = `/threads/${encodeURIComponent(id)}`;
  const known = new Set<string>();
  let lastMessage: string | null = null;

  const get = async (what: string, part: string, options: Options): Promise<JsonObject> =>
    asObject(await call(what, (client) => client.get(path + part, betaHeaders), { ...options, isRepeatable: true }));

  const list = (what: string, part: string, query: Record<string, string>, options: Options) =>
    Array.fromAsync(
      readPages({
        what,
        baseUrl,
        readPage: (after) =>
          call(
            what,
            (client) =>
              client.get(path + part, {
                query: { limit: 100, order: "asc", ...query, ...(after === undefined ? {} : { after }) },
                ...betaHeaders,
              }),
            { ...options, isRepeatable: true },
          ),
      }),
    );

  async function findSaid(text: string, options: Options): Promise<string | null> {
    const after: Record<string, string> = lastMessage === null ? {} : { after: lastMessage };
    const messages = await list("read the thread", "/messages", after, options);
    const later = lastMessage === null ? messages.slice(opening) : messages;
    return textOrNull(later.find((each) => each.role === "user" && textOf(each) === text)?.id);
  }

  return {
    id,
    path,
    async say(text, { attached = [], ...options }) {
      const send = () =>
        call(
          "send a message",
          (client) => client.post(`${path}/messages`, { body: messageOf(text, attached), ...betaHeaders }),
          {
            ...options,
          },
        ).then((message) => textOrNull(asObject(message).id) ?? "");
      lastMessage =
        (await once({ send, find: () => findSaid(text, options), clock, retries, ...options })) || lastMessage;
    },
    async stores(options) {
      const thread = asObject(await call("read the thread", (client) => client.get(path, betaHeaders), options));
      const { vector_store_ids: ids } = asObject(asObject(thread.tool_resources).file_search);
      return Array.isArray(ids) ? ids.filter((each) => typeof each === "string") : [];
    },
    async newRun(options) {
      const { data } = await get("list the runs", "/runs?order=desc&limit=20", options);
      const ids = objectsOf(data).map((run) => asText(run.id));
      return ids.find((run) => run !== "" && !known.has(run)) ?? null;
    },
    knowRun: (run) => void known.add(run),
    async found(options) {
      const last = [...known].at(-1);
      if (last === undefined) return [];
      const at = `/runs/${encodeURIComponent(last)}/steps`;
      return searchesIn(await list("read the run's steps", at, { "include[]": passagesWanted }, options));
    },
    async waitsFor(run, callIds, options) {
      const object = await get("read the run", `/runs/${encodeURIComponent(run)}`, options);
      const waiting = new Set(callsOf(object).map(({ callId }) => callId));
      return object.status === "requires_action" && callIds.every((each) => waiting.has(each));
    },
    async readRun(run, reader, options) {
      const at = `/runs/${encodeURIComponent(run)}`;
      let limited: Sending["limited"] = () => {};
      const answer = await call(
        "read the run",
        (client, exchange) => {
          ({ limited } = exchange);
          return client.get(path + at, betaHeaders);
        },
        { ...options, isRepeatable: true },
      );
      const object = asObject(answer);
      const status = textOrNull(object.status);
      if (status === null || (!ended.has(status) && status !== "requires_action")) return { status, events: [] };
      const steps = await list("read the run's steps", `${at}/steps`, {}, options);
      const messages = await list("read the thread", "/messages", { run_id: run }, options);
      const whole = new Map(messages.filter((each) => each.status !== "in_progress").map((each) => [each.id, each]));
      const limit = limitIn(asObject(object.last_error));
      if (limit !== null) limited(limit.pause);
      const events = steps.flatMap((step) => {
        const message = whole.get(asText(asObject(asObject(step.step_details).message_creation).message_id));
        if (message !== undefined) return reader.read({ event: "thread.message.completed", data: message });
        if (step.status === "in_progress") return [];
        return reader.read({ event: "thread.run.step.completed", data: step });
      });
      return { status, events: events.concat(reader.read({ event: `thread.run.${status}`, data: object })) };
    },
    async transcript() {
      const messages = await list("read the thread", "/messages", {}, {});
      return messages.map((message) => ({
        role: message.role === "assistant" ? "assistant" : "user",
        text: textOf(message),
      }));
    },
  };
}
