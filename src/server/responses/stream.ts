import { type Waits, waitingComment } from "../../kit/waits.ts";
import type { Engine } from "../engine/engine.ts";
import { eventStream, type Sink } from "../http/event-stream.ts";
import type { Store } from "../store/store.ts";
import type { ResponseEvent } from "../wire/response.ts";
import type { ResponseShape } from "./changes.ts";
import { begun, eventsOf, numbered } from "./dialect.ts";
import { responseEvents, responses, type ResponseRecord } from "./kinds.ts";
import { isOver } from "./state.ts";
import { eventToWire, type View } from "./to-wire.ts";

/** Where a stream gets the events of a response, and what the response waits for. */
export interface StreamSources {
  store: Store;
  engine: Engine<ResponseShape>;
  waits: Waits;
}

/** What a stream shows, and in which form. */
export interface StreamView extends View {
  /** Whether text deltas are padded. */
  isPadded: boolean;
}

/** Streams the events of a response from now on, until it is over. Waits that the client cannot shorten are sent as comments. */
export function streamResponse({ engine: { bus }, waits }: StreamSources, id: string, view: StreamView): Response {
  return eventStream((sink) => {
    const teller = createTeller(sink, view, -1);
    const unsubscribe = bus.subscribe(id, teller);
    const unlisten = waits.listen(id, (reason) => sink.comment(waitingComment(reason)));
    return () => {
      unsubscribe();
      unlisten();
    };
  });
}

/** Streams the events of a response after number `after`: first those already published, then the new ones. */
export async function resumeStream(
  { store, engine, waits }: StreamSources,
  record: ResponseRecord,
  view: StreamView,
  after: number,
): Promise<Response> {
  const { id } = record;
  const kept = await keptEvents(store, record);
  return eventStream((sink) => {
    const teller = createTeller(sink, view, after);
    for (const event of kept) teller.event(event);
    let unsubscribe = (): void => {};
    const unlisten = waits.listen(id, (reason) => sink.comment(waitingComment(reason)));
    /** No process executes it: it is over (perhaps it just ended) and completely in the store, or it broke off. */
    const lookUp = async (): Promise<void> => {
      const current = await store.get(responses, id);
      if (!current || !isOver(current.response)) return teller.broken();
      for (const event of await keptEvents(store, current)) teller.event(event);
      teller.last(current);
    };
    const broken = (): void => void lookUp().catch(() => teller.broken());
    // The process that executes it may have dropped the oldest: only those not sent yet are requested.
    const following = engine.follow(id, teller.count(), { event: (event) => teller.event(event), broken });
    following.then((stop) => (stop ? void (unsubscribe = stop) : broken()), broken);
    return () => {
      unsubscribe();
      unlisten();
    };
  });
}

/** The events of a response in the store: those of its beginning are derived from it, those of its items are stored. */
async function keptEvents(store: Store, record: ResponseRecord): Promise<ResponseEvent[]> {
  const { id, response } = record;
  const begin = begun(record);
  const statuses = [...eventsOf({ ...begin, status: "queued" }), ...eventsOf({ ...begin, status: "in_progress" })];
  const batches = await store.all(responseEvents, { parent: id });
  return [
    { type: "response.created", response: begin, sequence_number: 0 },
    ...(response.status === "queued" ? [] : numbered(statuses, 1 + statuses.length)),
    ...batches.flatMap(({ events }) => events),
  ];
}

/** Forwards events, each once and in order. */
function createTeller({ send, finish }: Sink, view: StreamView, after: number) {
  let last = after;
  const event = (told: ResponseEvent): void => {
    // There is no event for a cancellation; the stream ends.
    if (told.type === "response.cancelled") return finish();
    if (told.sequence_number <= last) return;
    last = told.sequence_number;
    send(told.type, JSON.stringify(eventToWire(told, view, view.isPadded)));
    if (lastEvents.has(told.type)) finish();
  };
  return {
    event,
    /** The number of events up to the last one that was sent, or that the client has. */
    count: () => last + 1,
    broken() {
      const error = { type: "server_error", code: "server_error", message: "The stream was interrupted.", param: null };
      event({ type: "error", error, sequence_number: last + 1 });
      finish();
    },
    /** The end of a finished response, however many of its events were sent. */
    last({ response, told }: ResponseRecord): void {
      for (const each of numbered(eventsOf(response), Math.max(told, last + 1 + eventsOf(response).length)))
        event(each);
      finish();
    },
  };
}

const lastEvents = new Set(["response.completed", "response.failed", "response.incomplete"]);
