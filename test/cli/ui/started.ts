import { expect, onTestFinished } from "vitest";
import { Stopped } from "../../../src/cli/stopped.ts";
import { type UiOptions, ui } from "../../../src/cli/ui/ui.ts";
import { readEvents } from "../../../src/kit/server-sent-events.ts";
import type { LiveEvent, LiveIndex } from "../../../src/page-data/live.ts";
import { type TemporaryFolder, createTestWorld } from "../run.ts";

/** `playbill ui` in this process, and a client that has its key. */
export interface StartedUi {
  /** With the key. */
  link: string;
  /** Without it. */
  origin: string;
  /** Asks as the page does. */
  ask(this: void, path: string, body?: unknown): Promise<Response>;
  index(this: void): Promise<LiveIndex>;
  /** Resolves when nothing is being run, and something was. */
  idle(this: void): Promise<LiveIndex>;
  /** What it printed. */
  text(this: void): string;
  /** Ends it as Ctrl-C does; gives its exit code. */
  stop(this: void): Promise<number>;
}

/** Starts it in a project; it is stopped when the test is over. */
export async function startUi({ path }: TemporaryFolder, more: Partial<UiOptions> = {}): Promise<StartedUi> {
  const over = new AbortController();
  const { world, text } = createTestWorld(path, { signal: over.signal });
  const ended = ui(world, [], { port: 0, jobs: 4, ...more });
  const stop = () => {
    over.abort(new Stopped("interrupted"));
    return ended;
  };
  onTestFinished(async () => void (await stop().catch(() => null)));
  await Promise.race([ended, expect.poll(() => text()).toMatch(/\?k=/)]);
  const link = /http:\S+/.exec(text())?.[0] ?? "";
  const { origin } = new URL(link);
  const cookie = (await fetch(link)).headers.get("set-cookie")?.split(";")[0] ?? "";
  const ask = (path: string, body?: unknown) =>
    fetch(origin + path, {
      headers: { cookie, origin },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
  const index = async () => (await (await ask("/api/index")).json()) as LiveIndex;
  return {
    link,
    origin,
    ask,
    index,
    text,
    stop,
    async idle() {
      await expect.poll(index).toMatchObject({ state: { isRunning: false, head: { run: expect.any(String) } } });
      return index();
    },
  };
}

/** The events of a stream, until one is `last`. */
export async function eventsUntil(answer: Response, last: (event: LiveEvent) => boolean): Promise<LiveEvent[]> {
  const events: LiveEvent[] = [];
  if (answer.body === null) throw new Error("the stream has no body");
  for await (const { event, data } of readEvents(answer.body)) {
    if (event !== "events") continue;
    events.push(...(JSON.parse(data) as LiveEvent[]));
    if (events.some(last)) break;
  }
  return events;
}
