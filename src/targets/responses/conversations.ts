import { asObject, asText } from "../../kit/json.ts";
import type { Clock } from "../../kit/clock.ts";
import { backoff } from "../../kit/retry.ts";
import { sleep } from "../../kit/waiting.ts";
import { ProblemError, problem } from "../../problem.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { asProblemError, isNotFound } from "../failure.ts";
import type { CallOptions } from "../http/call.ts";
import { ApiRefusal, type WireEvent } from "../http/client.ts";
import { once } from "../http/once.ts";
import { limitIn } from "../http/rate-headers.ts";
import { type BegunStream, beginStream } from "../streams.ts";
import type { Conversation, FunctionCall, OpeningMessage, TranscriptMessage, TurnEvent, Usage } from "../target.ts";
import { addUsage, usageOf } from "../usage.ts";
import { readWithWaiting, withWaiting } from "../waiting-events.ts";
import type { MadeFiles } from "./container-files.ts";
import { type AttachedFile, type Item, openingItems, outputItem, userItem, withdrawn } from "./items.ts";
import { passagesOf } from "./passages.ts";
import { explained } from "./refusals.ts";
import { createRequests } from "./requests.ts";
import { type ResponseReader, createResponseReader } from "./response-reader.ts";
import { type State, type StateDeps, type StateMode, beginState } from "./states.ts";

/** What conversations at a Responses API need. */
export interface ConversationApi extends StateDeps {
  clock: Clock;
  /** How often a request whose answer was lost may be sent again. */
  retries: number;
  state: StateMode;
  /** The id of a file that is attached to messages, by its address; it is uploaded when it does not exist yet. */
  fileId(this: void, address: string): Promise<string>;
  /** The id of a vector store with these files, which is deleted with the session. */
  storeOf(this: void, addresses: readonly string[]): Promise<string>;
  made: MadeFiles;
}

/** What a conversation starts with. */
export interface Beginning {
  assistant: AssistantSpec;
  messages: readonly OpeningMessage[];
  metadata: Record<string, string>;
}

/** Opens a conversation with an assistant. */
export async function openConversation(api: ConversationApi, beginning: Beginning): Promise<Conversation> {
  const opening = openingItems(beginning.messages);
  return createConversation(api, await beginState(api.state, api, opening, beginning.metadata), beginning);
}

/** A started request: its stream, or, when the answer was lost, the items that it produced. */
type Begun = BegunStream | { kind: "items"; items: Item[] };

/** Milliseconds between reads of a response whose stream was cut. */
const pollPauses = [200, 400, 800, 1_500];

function createConversation(api: ConversationApi, state: State, beginning: Beginning): Conversation {
  const { call, clock, retries, baseUrl, made } = api;
  const { assistant } = beginning;
  const requests = createRequests(assistant, { mode: api.state, metadata: beginning.metadata });
  const said: TranscriptMessage[] = beginning.messages.flatMap((each) => (each.role === "call" ? [] : [each]));
  /** Calls that are not answered yet. */
  let open: FunctionCall[] = [];
  /** The usage of the turn so far. */
  let usage: Usage | null = null;
  let searches: Item[] = [];
  /** True when the last response is part of the conversation. */
  let isTaken = true;

  async function* respond(input: readonly Item[], signal: AbortSignal): AsyncGenerator<TurnEvent> {
    if (!isTaken) yield* withWaiting((onWaiting) => state.catchUp({ signal, onWaiting }));
    isTaken = false;
    for (let attempt = 0; ; attempt += 1) {
      const reader = createResponseReader();
      const begun = yield* withWaiting((onWaiting) => begin(input, { signal, onWaiting }));
      if (begun.kind === "items") yield* tell(reader.takeItems(begun.items.filter((item) => !isInput(item))));
      else yield* reading(begun, reader, signal);
      const isCut = begun.kind === "stream" && reader.end() === null && reader.error() === null && !signal.aborted;
      // In stateless mode, if no complete item has arrived, the same request may be sent again.
      if (isCut && !state.isKept && reader.output().length === 0 && attempt < retries) {
        yield { kind: "waiting", reason: "the stream was cut; the request is sent again" };
        await sleep(backoff(attempt), clock, signal);
        yield { kind: "resumed" };
        continue;
      }
      if (isCut) yield* recovered(reader, signal);
      if (!signal.aborted) yield finished(reader, input, begun.kind === "stream" ? begun.limited : () => {});
      return;
    }
  }

  function begin(input: readonly Item[], options: Pick<CallOptions, "signal" | "onWaiting">): Promise<Begun> {
    const body = requests.body(state.parameters(input));
    const what = "get a response";
    const isChained = "previous_response_id" in body;
    const { added } = state;
    const send = (): Promise<Begun> =>
      beginStream(call, what, (client) => client.stream("/responses", { body, givesErrors: true }), {
        ...options,
        isRepeatable: added === null,
        purpose: "read",
      }).catch((error: unknown) => Promise.reject(explained(error, { baseUrl, assistant, isChained }) as Error));
    if (added === null) return send();
    const find = async (): Promise<Begun | null> => {
      const items = await added(options);
      return items.some((item) => !isInput(item)) ? { kind: "items", items } : null;
    };
    return once<Begun>({ send, find, clock, retries, ...options });
  }

  async function* reading(begun: BegunStream, reader: ResponseReader, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    let isChecked = false;
    const read = (event: WireEvent): TurnEvent[] => {
      const events = reader.read(event);
      if (!isChecked && reader.id() !== null) {
        isChecked = true;
        state.check(reader.latest());
      }
      return tell(events);
    };
    try {
      yield* readWithWaiting(begun.events, read, begun.listen);
    } catch (error) {
      const isCut = error instanceof Error && !(error instanceof SyntaxError) && !(error instanceof ApiRefusal);
      if (signal.aborted || error instanceof ProblemError || !isCut)
        throw asProblemError(error, { what: "follow the response", baseUrl });
    }
  }

  /** Polls a response whose stream was cut until it has ended. */
  async function* recovered(reader: ResponseReader, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const id = reader.id();
    if (id === null || !state.isKept) throw streamEndedEarly(baseUrl, id);
    const path = `/responses/${encodeURIComponent(id)}`;
    for (let look = 0; !signal.aborted; look += 1) {
      const response = yield* withWaiting((onWaiting) =>
        call("read the response", (client) => client.get(path), { signal, onWaiting, isRepeatable: true }).catch(
          (error: unknown) => Promise.reject(isNotFound(error) ? streamEndedEarly(baseUrl, id) : (error as Error)),
        ),
      );
      yield* tell(reader.take(asObject(response)));
      if (reader.end() !== null) return;
      await sleep(pollPauses[Math.min(look, pollPauses.length - 1)] ?? 0, clock, signal);
    }
  }

  /** Adds messages to the transcript. */
  function tell(events: TurnEvent[]): TurnEvent[] {
    for (const event of events) if (event.kind === "message") said.push({ role: "assistant", text: event.text });
    return events;
  }

  /** Adds a finished response to the conversation, and returns the event that ends the turn or requires tool outputs. */
  function finished(
    reader: ResponseReader,
    input: readonly Item[],
    limited: (pause: number | null) => void,
  ): TurnEvent {
    const failed = reader.error();
    const end = reader.end() ?? {
      status: failed === null ? ("completed" as const) : ("failed" as const),
      error: failed && { code: asText(failed.code) || asText(failed.type), message: asText(failed.message) },
      reason: null,
      usage: null,
      model: null,
    };
    usage = addUsage(usage, usageOf(end.usage));
    const limit = limitIn({ ...end.error });
    if (limit !== null) limited(limit.pause);
    isTaken = end.status === "completed" || end.status === "incomplete";
    if (isTaken) {
      const output = reader.output();
      output.forEach(made.learn);
      searches.push(...output.filter(({ type }) => type === "file_search_call"));
      state.took(input, output, reader.latest());
      open = reader.calls();
    }
    // A response with function calls is `completed` like any other.
    if (end.status === "completed" && open.length > 0) return { kind: "requires_action", calls: open };
    const { status, error, reason, model } = end;
    return { kind: "ended", status, error, reason, usage, model };
  }

  async function attach(
    attachments: readonly (Omit<AttachedFile, "id"> & { file: string })[],
  ): Promise<AttachedFile[]> {
    const attached = await Promise.all(
      attachments.map(async ({ file, ...how }) => ({ id: await api.fileId(file), ...how })),
    );
    const searched = attachments.filter(({ tools }) => tools.includes("file_search")).map(({ file }) => file);
    if (searched.length > 0) requests.search(await api.storeOf(searched));
    requests.compute(attached.filter(({ tools }) => tools.includes("code_interpreter")).map(({ id }) => id));
    return attached;
  }

  return {
    get id() {
      return state.id();
    },
    async *send(text, { signal, attachments = [] }) {
      usage = null;
      searches = [];
      const attached = await attach(attachments);
      const input = [...withdrawn(open), userItem(text, attached)];
      said.push({ role: "user", text });
      yield* respond(input, signal);
    },
    async *answer(outputs, { signal }) {
      if (open.length === 0) throw new Error("answer() needs a turn that asked for tool outputs");
      const answered = new Set(outputs.map(({ callId }) => callId));
      const others = open.filter(({ callId }) => !answered.has(callId));
      yield* respond([...outputs.map(outputItem), ...withdrawn(others)], signal);
    },
    // Only a background response can be cancelled; any other ends with its stream.
    cancel: async () => {},
    close: () => state.remove(),
    fileName: (file, { signal }) => made.name(file, signal),
    fileContent: (file, { signal, most }) => made.content(file, most, signal),
    passages: async (citations) => passagesOf(citations, searches),
    transcript: async () => [...said],
  };
}

/** True for items that the client adds to a conversation, as opposed to the output of a response. */
function isInput({ type, role }: Item): boolean {
  return type === "function_call_output" || (type === "message" && role !== "assistant");
}

function streamEndedEarly(baseUrl: string, id: string | null): ProblemError {
  const message = `the stream of the response ${id ?? "(not started)"} from ${baseUrl} stopped before the response ended`;
  const hint =
    "The connection was cut, or a proxy in between ends long responses, and this response cannot be read either. Try again.";
  return new ProblemError([problem("stream_ended_early", message, { hint })]);
}
