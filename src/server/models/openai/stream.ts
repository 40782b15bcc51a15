import { cutEnd } from "../../../kit/difference.ts";
import type { ModelEvent } from "../model.ts";
import type { Assembly } from "./assemble.ts";
import { parseChunk, type Chunk } from "./chunk.ts";
import { brokenAnswer } from "./failure.ts";
import { readEvents } from "../../../kit/server-sent-events.ts";
import type { Upstream } from "./upstream.ts";
import { parseJson } from "../../../kit/json.ts";
import { TimedOut, within } from "../../../kit/waiting.ts";

/** The events of an answer to `POST /chat/completions`, streamed or complete. Throws a ModelFailure when the answer is invalid or stops early. */
export async function* readAnswer(
  upstream: Upstream,
  response: Response,
  assembly: Assembly,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("text/html")) {
    await response.body?.cancel();
    throw brokenAnswer(upstream, "answered with text/html, which is not a chat completion; check its address");
  }
  const isWhole = type.includes("application/json");
  const bytes = readBytes(upstream, response, signal);
  let isDone = false;
  for await (const data of isWhole ? readWhole(bytes) : dataOf(readEvents(bytes))) {
    isDone = data === "[DONE]";
    if (isDone) break;
    yield* assembly.take(chunkOf(upstream, data));
  }
  if (!isDone && !assembly.isFinished()) {
    const what = isWhole
      ? "answered with JSON that is not a finished chat completion"
      : "closed the stream before the answer was finished";
    throw brokenAnswer(upstream, what);
  }
  const fault = assembly.fault();
  if (fault !== null) throw brokenAnswer(upstream, fault);
  yield* assembly.end();
}

function chunkOf(upstream: Upstream, data: string): Chunk {
  const chunk = parseChunk(parseJson(data));
  if (chunk === null) throw brokenAnswer(upstream, `sent something that is not a JSON object: ${cutEnd(data, 200)}`);
  if (chunk.error !== null) throw brokenAnswer(upstream, `failed during its answer: ${chunk.error}`);
  return chunk;
}

async function* dataOf(events: AsyncIterable<{ data: string }>): AsyncIterable<string> {
  for await (const { data } of events) yield data;
}

async function* readWhole(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bytes) text += decoder.decode(piece, { stream: true });
  yield text + decoder.decode();
}

/** Far more than any model produces in one round, in bytes. */
const longestAnswer = 64 * 1024 * 1024;

/** The pieces of the body; releases the connection when its reader stops early. */
async function* readBytes(upstream: Upstream, { body }: Response, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (body === null) return;
  const { clock, limits } = upstream;
  const reader = body.getReader();
  let size = 0;
  try {
    for (;;) {
      const piece = await within(limits.idle, clock, reader.read());
      if (piece.done) return;
      size += piece.value.byteLength;
      if (size > longestAnswer)
        throw brokenAnswer(upstream, `sent more than ${longestAnswer / 1024 / 1024} MiB in one answer`);
      yield piece.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TimedOut)
      throw brokenAnswer(upstream, `sent nothing for ${limits.idle / 1_000} seconds during its answer`);
    throw error instanceof TypeError ? brokenAnswer(upstream, "closed the connection during its answer", error) : error;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
