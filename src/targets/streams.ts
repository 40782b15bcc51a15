import { waitingInComment } from "../kit/waits.ts";
import type { Call, CallOptions } from "./http/call.ts";
import type { WireEvent } from "./http/client.ts";
import { type Waiting, createWaiting } from "./waiting-events.ts";

/** A started stream of an API. */
export interface BegunStream {
  kind: "stream";
  events: AsyncIterable<WireEvent>;
  /** Reports what the server waits for while nothing is streamed, if it says so. */
  listen: Waiting["listen"];
  /** Must be called when the stream reports a rate limit, with the milliseconds to wait if given. */
  limited(this: void, pause: number | null): void;
}

/** Sends a request that is answered by a stream. Our server reports what it waits for in comments of the stream. */
export async function beginStream(
  call: Call,
  what: string,
  send: Parameters<typeof call<AsyncIterable<WireEvent>>>[1],
  options: CallOptions,
): Promise<BegunStream> {
  const { tell, listen } = createWaiting();
  let limited: (pause: number | null) => void = () => {};
  const onComment = (line: string) => {
    const reason = waitingInComment(line);
    if (reason !== undefined) tell(reason);
  };
  const request: typeof send = (client, exchange) => {
    limited = (pause) => exchange.limited(pause);
    return send(client, exchange);
  };
  const events = await call(what, request, { ...options, isStream: true, onComment });
  return { kind: "stream", events, listen, limited: (pause) => limited(pause) };
}
