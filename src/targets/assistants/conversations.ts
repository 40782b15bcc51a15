import { asObject } from "../../kit/json.ts";
import { tellCall, toldCallKey } from "../../kit/told-call.ts";
import { sleep } from "../../kit/waiting.ts";
import { ProblemError, problem } from "../../problem.ts";
import { asProblemError, isNotFound, malformedAnswer } from "../failure.ts";
import type { CallOptions } from "../http/call.ts";
import { ApiRefusal, type WireEvent } from "../http/client.ts";
import { once } from "../http/once.ts";
import { limitIn } from "../http/rate-headers.ts";
import type { Conversation, OpeningMessage, ToolOutput, TurnEvent } from "../target.ts";
import { type BegunStream, beginStream } from "../streams.ts";
import { type OnWaiting, readWithWaiting, withWaiting } from "../waiting-events.ts";
import type { ToldFiles } from "../files/told-files.ts";
import { passageOf } from "./passages.ts";
import { type Api, type Thread, createThread } from "./thread.ts";
import { createTurnReader, type TurnReader } from "./turn-events.ts";
import { betaHeaders } from "../objects/lists.ts";
import { noAssistantsApi } from "./no-api.ts";

/** What conversations at an Assistants API need. */
export interface ConversationApi extends Api {
  /** The id of a file that is attached to messages, by its address; it is uploaded when it does not exist yet. */
  fileId(this: void, address: string): Promise<string>;
  told: ToldFiles;
}

/** Opens a thread to talk to the assistant with this id. */
export async function openConversation(
  api: ConversationApi,
  {
    assistantId,
    messages,
    metadata,
  }: { assistantId: string; messages: OpeningMessage[]; metadata: Record<string, string> },
): Promise<Conversation> {
  const what = "open a thread";
  const body = { metadata, messages: messages.map(toWire) };
  try {
    // A second thread, created because the answer about the first was lost, is empty and harmless.
    const thread = await api.call(what, (client) => client.post("/threads", { body, ...betaHeaders }), {
      isRepeatable: true,
      purpose: "write",
    });
    const { id } = asObject(thread);
    if (typeof id !== "string") throw malformedAnswer(what, api.baseUrl, "something that is not a thread");
    return createConversation(api, createThread(api, id, messages.length), assistantId);
  } catch (error) {
    throw isNotFound(error) ? noAssistantsApi(api.baseUrl, (error as ProblemError).problems[0]?.api) : error;
  }
}

function toWire(message: OpeningMessage): object {
  if (message.role !== "call") return { role: message.role, content: message.text };
  const { text, mark } = tellCall(message);
  return { role: "assistant", content: text, metadata: { [toldCallKey]: mark } };
}

/** The result of a request for a run: its stream, or, when the answer was lost, the run that it started. */
type Begun = BegunStream | { kind: "run"; id: string };

/** Milliseconds between reads of a run whose stream was cut. */
const pollPauses = [200, 400, 800, 1_500];

const cleanup: CallOptions = { isRepeatable: true, purpose: "cleanup" };

function createConversation(api: ConversationApi, thread: Thread, assistantId: string): Conversation {
  const { call, clock, retries } = api;
  const { id, path } = thread;
  const runPath = (run: string) => `${path}/runs/${encodeURIComponent(run)}`;
  let activeRun: string | null = null;
  /** True when the thread has its own vector store, for files attached to messages. */
  let isSearched = false;
  /** The messages and steps reported so far, so that none is reported twice when a run is read again. */
  const told = new Set<string>();

  /** The events of a run: from its stream, or from the run itself after the stream was cut. */
  async function* follow(begun: Begun, knownRun: string | null, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const reader = createTurnReader(told);
    if (begun.kind === "stream") {
      yield* reading(begun, reader, signal);
      if (reader.isOver() || signal.aborted) return;
    }
    const known = begun.kind === "run" ? begun.id : (reader.runId() ?? knownRun);
    const run = known ?? (yield* withWaiting((onWaiting) => thread.newRun({ signal, onWaiting })));
    if (run === null) throw streamEndedEarly(api.baseUrl, null);
    note(run);
    yield* resumed(run, reader, signal);
  }

  function note(run: string): void {
    activeRun = run;
    thread.knowRun(run);
  }

  async function* reading(
    { events: streamed, listen, limited }: BegunStream,
    reader: TurnReader,
    signal: AbortSignal,
  ): AsyncGenerator<TurnEvent> {
    try {
      const read = (event: WireEvent): TurnEvent[] => {
        const events = reader.read(event);
        const run = reader.runId();
        if (run !== null) note(run);
        const end = events.find((each) => each.kind === "ended");
        if (end !== undefined) activeRun = null;
        const limit = limitIn({ ...end?.error });
        if (limit !== null) limited(limit.pause);
        return events;
      };
      yield* readWithWaiting(streamed, read, listen);
    } catch (error) {
      const limit = error instanceof ApiRefusal ? limitIn(error.said) : null;
      if (limit !== null) limited(limit.pause);
      if (signal.aborted || !isCut(error))
        throw asProblemError(error, { what: "follow the run", baseUrl: api.baseUrl });
    }
  }

  /** Polls the run until it has ended or requires outputs. */
  async function* resumed(run: string, reader: TurnReader, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    for (let look = 0; !signal.aborted; look += 1) {
      const { status, events } = yield* withWaiting((onWaiting) => thread.readRun(run, reader, { signal, onWaiting }));
      if (status === null) throw streamEndedEarly(api.baseUrl, run);
      if (events.some(({ kind }) => kind === "ended")) activeRun = null;
      yield* events;
      if (reader.isOver()) return;
      await sleep(pollPauses[Math.min(look, pollPauses.length - 1)] ?? 0, clock, signal);
    }
  }

  const asRun = (run: string | null): Begun | null => (run === null ? null : { kind: "run", id: run });

  function startRun(signal: AbortSignal, onWaiting: OnWaiting): Promise<Begun> {
    const body = { assistant_id: assistantId, stream: true as const };
    return once({
      send: () =>
        beginStream(call, "start a run", (client) => client.stream(`${path}/runs`, { body, ...betaHeaders }), {
          signal,
          onWaiting,
        }),
      find: async () => asRun(await thread.newRun({ signal, onWaiting })),
      clock,
      retries,
      signal,
      onWaiting,
    });
  }

  function submit(run: string, outputs: ToolOutput[], signal: AbortSignal, onWaiting: OnWaiting): Promise<Begun> {
    const body = {
      stream: true as const,
      tool_outputs: outputs.map(({ callId, output }) => ({ tool_call_id: callId, output })),
    };
    const wanted = outputs.map(({ callId }) => callId);
    return once({
      send: () =>
        beginStream(
          call,
          "submit the tool outputs",
          (client) => client.stream(`${runPath(run)}/submit_tool_outputs`, { body, ...betaHeaders }),
          {
            signal,
            onWaiting,
          },
        ),
      find: async () => asRun((await thread.waitsFor(run, wanted, { signal, onWaiting })) ? null : run),
      clock,
      retries,
      signal,
      onWaiting,
    });
  }

  return {
    id,
    async *send(text, { signal, attachments = [] }) {
      const attached = await Promise.all(
        attachments.map(async ({ file, ...how }) => ({ id: await api.fileId(file), ...how })),
      );
      isSearched ||= attached.some(({ tools }) => tools.includes("file_search"));
      yield* withWaiting((onWaiting) => thread.say(text, { signal, onWaiting, attached }));
      yield* follow(yield* withWaiting((onWaiting) => startRun(signal, onWaiting)), null, signal);
    },
    async *answer(outputs, { signal }) {
      if (activeRun === null) throw new Error("answer() needs a turn that asked for tool outputs");
      const run = activeRun;
      yield* follow(yield* withWaiting((onWaiting) => submit(run, outputs, signal, onWaiting)), run, signal);
    },
    async cancel() {
      if (activeRun === null) return;
      const run = activeRun;
      activeRun = null;
      await call("cancel the run", (client) => client.post(`${runPath(run)}/cancel`, betaHeaders), cleanup).catch(
        ignoreRefusal,
      );
    },
    async close() {
      const stores = isSearched ? await thread.stores(cleanup).catch(() => []) : [];
      for (const store of stores) {
        const at = `/vector_stores/${encodeURIComponent(store)}`;
        await call("delete the thread's vector store", (client) => client.delete(at, betaHeaders), cleanup).catch(
          ignoreRefusal,
        );
      }
      await call("delete the thread", (client) => client.delete(path, betaHeaders), cleanup).catch(ignoreRefusal);
    },
    fileName: (file, { signal }) => api.told.name(file, signal),
    fileContent: (file, { signal, most }) => api.told.content(file, most, signal),
    async passages(citations, { signal }) {
      const found = await thread.found({ signal }).catch(() => []);
      return citations.map((citation) => passageOf(citation, found));
    },
    transcript: () => thread.transcript(),
  };
}

/** Ignores refusals to cancel what has ended and to delete what is gone. */
function ignoreRefusal(error: unknown): void {
  const status = error instanceof ProblemError ? error.problems[0]?.api?.status : undefined;
  if (status !== 400 && status !== 404) throw error;
}

/** True for a stream that was cut, as opposed to an error that the server sent in it, or data that is not JSON. */
function isCut(error: unknown): boolean {
  return error instanceof Error && !(error instanceof SyntaxError) && !(error instanceof ApiRefusal);
}

function streamEndedEarly(baseUrl: string, runId: string | null): ProblemError {
  const message = `the stream of run ${runId ?? "(not started)"} from ${baseUrl} stopped before the run ended`;
  const hint =
    "The connection was cut, or a proxy in between ends long responses, and the run cannot be read either. Try again; the run may still be in progress on the server.";
  return new ProblemError([problem("stream_ended_early", message, { hint })]);
}
