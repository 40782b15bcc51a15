import { ProblemError, problem } from "../../problem.ts";
import type { Conversation, OpeningMessage, TurnEvent } from "../target.ts";
import type { Call } from "../http/connection.ts";
import { asProblemError, isNotFound, malformedAnswer } from "../failure.ts";
import { createTurnReader, textOf, type WireEvent } from "./turn-events.ts";
import { noAssistantsApi } from "./no-api.ts";

/** Opens a thread to talk to the assistant with this id. */
export async function openConversation(
  call: Call,
  baseUrl: string,
  {
    assistantId,
    messages,
    metadata,
  }: { assistantId: string; messages: OpeningMessage[]; metadata: Record<string, string> },
): Promise<Conversation> {
  const what = "open a thread";
  const body = { metadata, messages: messages.map(({ role, text }) => ({ role, content: text })) };
  try {
    const { id } = await call(what, (client) => client.beta.threads.create(body, { maxRetries: 0 }));
    if (typeof id !== "string") throw malformedAnswer(what, baseUrl, "something that is not a thread");
    return createConversation(call, baseUrl, id, assistantId);
  } catch (error) {
    throw isNotFound(error) ? noAssistantsApi(baseUrl, (error as ProblemError).problems[0]?.api) : error;
  }
}

function createConversation(call: Call, baseUrl: string, id: string, assistantId: string): Conversation {
  let activeRun: string | null = null;

  async function* read(stream: AsyncIterable<WireEvent>, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const reader = createTurnReader();
    try {
      for await (const event of stream) {
        const events = reader.read(event);
        activeRun = reader.runId();
        for (const each of events) yield each;
        if (events.some(({ kind }) => kind === "ended")) activeRun = null;
      }
    } catch (error) {
      throw isCut(error)
        ? streamEndedEarly(baseUrl, reader.runId(), error)
        : asProblemError(error, { what: "follow the run", baseUrl });
    }
    if (!reader.isOver() && !signal.aborted) throw streamEndedEarly(baseUrl, reader.runId());
  }

  return {
    id,
    async *send(text, { signal }) {
      await call("send a message", (client) =>
        client.beta.threads.messages.create(id, { role: "user", content: text }, { signal, maxRetries: 0 }),
      );
      const stream = await call("start a run", (client) =>
        client.beta.threads.runs.create(id, { assistant_id: assistantId, stream: true }, { signal, maxRetries: 0 }),
      );
      yield* read(stream, signal);
    },
    async *answer(outputs, { signal }) {
      if (activeRun === null) throw new Error("answer() needs a turn that asked for tool outputs");
      const runId = activeRun;
      const body = {
        thread_id: id,
        stream: true as const,
        tool_outputs: outputs.map(({ callId, output }) => ({ tool_call_id: callId, output })),
      };
      const stream = await call("submit the tool outputs", (client) =>
        client.beta.threads.runs.submitToolOutputs(runId, body, { signal, maxRetries: 0 }),
      );
      yield* read(stream, signal);
    },
    async cancel() {
      if (activeRun === null) return;
      const runId = activeRun;
      activeRun = null;
      await call("cancel the run", (client) => client.beta.threads.runs.cancel(runId, { thread_id: id })).catch(
        ignoreRefusal,
      );
    },
    async close() {
      await call("delete the thread", (client) => client.beta.threads.delete(id)).catch(ignoreRefusal);
    },
    async transcript() {
      const messages = [];
      const list = await call("read the thread", (client) =>
        client.beta.threads.messages.list(id, { order: "asc", limit: 100 }),
      );
      for await (const message of list) messages.push({ role: message.role, text: textOf(message) });
      return messages;
    },
  };
}

/** Cancelling what is over, and deleting what is gone, are both done. */
function ignoreRefusal(error: unknown): void {
  const status = error instanceof ProblemError ? error.problems[0]?.api?.status : undefined;
  if (status !== 400 && status !== 404) throw error;
}

/** The platform's fetch says that a body stopped short with a TypeError. */
function isCut(error: unknown): boolean {
  return error instanceof TypeError;
}

function streamEndedEarly(baseUrl: string, runId: string | null, cause?: unknown): ProblemError {
  const message = `the stream of run ${runId ?? "(not started)"} from ${baseUrl} stopped before the run ended`;
  const hint =
    "The connection was cut, or a proxy in between ends long answers. Try again; the run may still be going on at the server.";
  return new ProblemError([problem("stream_ended_early", message, { hint })], { cause });
}
