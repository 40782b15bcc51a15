import { waitingInComment } from "../kit/waits.ts";
import type { Call, CallOptions } from "./http/call.ts";
import type { WireEvent } from "./http/client.ts";
import { type Waiting, createWaiting } from "./waiting-events.ts";

/** A stream of an API that has begun. */
export interface BegunStream {
  kind: "stream";
  events: AsyncIterable<WireEvent>;
  /** Tells what the other side waits for while nothing is streamed, as far as it says so. */
  listen: Waiting["listen"];
  /** To be called when the stream says that a rate limit was reached, with the milliseconds to wait when it says those. */
  limited(this: void, pause: number | null): void;
}

/** Sends a request that is answered by a stream. What a server of ours waits for comes as comments of it. */
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
