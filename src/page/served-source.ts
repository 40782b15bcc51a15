import {
  type LiveEvent,
  type LiveIndex,
  type LiveState,
  afterEvents,
  liveFormat,
  messages,
} from "../page-data/live.ts";
import type { ScenarioPage } from "../page-data/scenario-page.ts";
import type { Refused } from "./embedded-source.ts";
import type { Actions, Connection, Source } from "./source.ts";

/** The time in milliseconds without a heartbeat of the server, which sends one every 15 s, after which the connection counts as lost. */
const patience = 30_000;
/** The interval of that check, in milliseconds. */
const interval = 5000;

/** Loads the state of the page from its server, and follows its events. */
export async function openServed(): Promise<Source | Refused> {
  // The key is in the cookie now, so it is removed from the history and from copied links.
  if (location.search !== "") history.replaceState(null, "", location.pathname + location.hash);
  try {
    const index = await askForIndex();
    if (index.format_version === liveFormat) return follow(index);
    return { reason: "The server has a different version of Playbill than this page. Reload the page." };
  } catch (error) {
    return { reason: `${wordsOf(error)} Open the link printed by playbill ui.` };
  }
}

function follow(index: LiveIndex): Source {
  let { at, state } = index;
  let connection: Connection = { kind: "live" };
  let lastSign = Date.now();
  /** Events that arrive while the complete state is being loaded. */
  let held: MessageEvent<string>[] | null = null;
  const pages = new Map<string, Promise<ScenarioPage>>();
  const listeners = new Set<() => void>();
  const set = (next: LiveState, events: readonly LiveEvent[]) => {
    state = next;
    for (const event of events) if (event.kind === "row") pages.delete(event.row.id);
    for (const listener of listeners) listener();
  };
  const connect = (next: Connection) => {
    const isOther = next.kind !== connection.kind;
    connection = next;
    if (isOther) set(state, []);
  };
  const sign = () => {
    lastSign = Date.now();
    connect({ kind: "live" });
  };
  const take = ({ lastEventId, data }: MessageEvent<string>) => {
    if (!isAfter(lastEventId, at)) return;
    const events = JSON.parse(data) as LiveEvent[];
    at = lastEventId;
    set(afterEvents(state, events), events);
  };

  const stream = new EventSource(`/api/events?after=${encodeURIComponent(at)}`);
  const on = (name: string, listen: (event: MessageEvent<string>) => void) =>
    stream.addEventListener(name, (event: MessageEvent<string>) => {
      sign();
      listen(event);
    });
  on(messages.events, (event) => {
    if (held === null) take(event);
    else held.push(event);
  });
  on(messages.beat, () => {});
  on(messages.reset, () => {
    held = [];
    askForIndex().then(
      (next) => {
        at = next.at;
        pages.clear();
        set(next.state, []);
        const missed = held ?? [];
        held = null;
        missed.forEach(take);
      },
      // Events are useless without it, so reload.
      () => location.reload(),
    );
  });
  on(messages.bye, () => {
    stream.close();
    connect({ kind: "ended", since: Date.now() });
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED && connection.kind !== "ended")
      connect({ kind: "refused", since: lastSign });
  });
  setInterval(() => {
    if (connection.kind === "live" && Date.now() - lastSign > patience) connect({ kind: "lost", since: lastSign });
  }, interval);

  return {
    head: () => state.head,
    rows: () => state.rows,
    scenario(id) {
      const known = pages.get(id);
      if (known !== undefined) return known;
      const page = askFor<ScenarioPage>(`/api/s/${encodeURIComponent(id)}`);
      pages.set(id, page);
      page.catch(() => pages.delete(id));
      return page;
    },
    attachment: async (sha256) => {
      const answer = await fetch(`/api/a/${sha256}`);
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    live: () => ({
      connection,
      isRunning: state.isRunning,
      active: new Map(state.active),
      changed: state.changed,
      problems: [...state.problems, ...state.refused],
    }),
    actions,
  };
}

const actions: Actions = {
  run: async (ids) => void (await askFor("/api/run", { ids })),
  stop: async () => void (await askFor("/api/stop", {})),
};

function askForIndex(): Promise<LiveIndex> {
  return askFor<LiveIndex>("/api/index");
}

/** Requests JSON from the server, by POST if there is a body. Rejects with the server's message when it refuses. */
async function askFor<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  if (answer.ok) return (await answer.json()) as T;
  const text = await answer.text();
  throw new Error(
    answer.headers.get("content-type")?.includes("json") ? (JSON.parse(text) as { error: string }).error : text,
  );
}

/** True when an id is later than another; ids consist of a server's name and a number. */
function isAfter(id: string, other: string): boolean {
  const [server, number] = id.split(".");
  const [otherServer, otherNumber] = other.split(".");
  return server !== otherServer || Number(number) > Number(otherNumber);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
