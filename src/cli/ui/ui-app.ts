import { timingSafeEqual } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { isObject, parseJson } from "../../kit/json.ts";
import { liveFormat, type LiveIndex } from "../../page-data/live.ts";
import { inShell } from "../../kit/shell.ts";
import { notRunPage } from "./not-run.ts";
import type { Board, Message } from "./board.ts";

/** The actions that a page can request. */
export interface Controls {
  /** Runs these scenarios again; `false` while a run is in progress. */
  run(this: void, ids: readonly string[]): boolean;
  /** Stops the current run; `false` when there is none. */
  stop(this: void): boolean;
}

export interface UiParts {
  board: Board;
  controls: Controls;
  /** The key that grants access to the page and its actions. */
  key: string;
  /** The document, and its content security policy. */
  document: { html: string; policy: string };
}

/** The maximum size of a request in bytes; enough for the ids of 10,000 scenarios. */
const mostBytes = 2_000_000;

/**
 * The page and its API. It answers only the browser that opened the link with the key, and there only the page itself: not other
 * sites, whatever host name they use for this machine.
 */
export function createUiApp({ board, controls, key, document }: UiParts): Hono {
  const app = new Hono();
  app.use(onlyThisMachine, onlyThisPage, safeHeaders);
  app.use(async (context, next) => {
    const cookie = cookieName(context);
    const link = context.req.path === "/" ? context.req.query("k") : undefined;
    if (link !== undefined && isSame(link, key)) {
      setCookie(context, cookie, key, { httpOnly: true, sameSite: "Strict", path: "/" });
    } else if (!isSame(getCookie(context, cookie) ?? "", key)) {
      return context.text("Open the link printed by playbill ui: the key is missing or outdated.\n", 403);
    }
    return next();
  });
  app.get("/", (context) => {
    context.header("content-security-policy", document.policy);
    return context.html(document.html);
  });
  app.get("/api/index", (context) => {
    const index: LiveIndex = { format_version: liveFormat, ...board.now() };
    return context.json(index);
  });
  app.get("/api/s/:id", (context) => {
    const id = context.req.param("id");
    const page = board.page(id);
    if (page !== null) return packedJson(context, page);
    const { rows, head } = board.now().state;
    const row = rows.find((each) => each.id === id);
    if (row === undefined) return context.json({ error: `there is no scenario ${id}` }, 404);
    return context.json(notRunPage(row, `${head.command} --id ${inShell(id)}`));
  });
  app.get("/api/a/:sha256", async (context) => {
    const bytes = await board.attachment(context.req.param("sha256"));
    if (bytes === null) return context.notFound();
    return context.body(new Uint8Array(bytes), 200, { "content-type": "application/octet-stream" });
  });
  app.get("/api/events", (context) => {
    const after = context.req.header("last-event-id") ?? context.req.query("after") ?? null;
    return context.body(eventStream(board.messages(after, context.req.raw.signal)), 200, {
      "content-type": "text/event-stream; charset=utf-8",
    });
  });
  app.post("/api/run", async (context) => {
    const ids = idsToRun(await readBody(context), board);
    if ("error" in ids) return context.json(ids, 400);
    return controls.run(ids.ids) ? context.json(ids, 202) : context.json({ error: "a run is in progress" }, 409);
  });
  app.post("/api/stop", (context) =>
    controls.stop() ? context.json({}, 202) : context.json({ error: "no run is in progress" }, 409),
  );
  return app;
}

/** The name of the cookie. Cookies are shared by all ports, so each server on this machine needs its own name. */
function cookieName(context: Context): string {
  return `playbill-${new URL(context.req.url).port}`;
}

function isSame(given: string, key: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(key)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A foreign domain may resolve to 127.0.0.1 (DNS rebinding), so only the local host names are accepted. */
const onlyThisMachine: MiddlewareHandler = async (context, next) => {
  const { hostname } = new URL(context.req.url);
  if (hostname === "127.0.0.1" || hostname === "localhost") return next();
  return context.text("This page is served to this machine only.\n", 403);
};

/** Foreign pages could send requests here without seeing the answers; the browser states their origin. Links from elsewhere may open the page. */
const onlyThisPage: MiddlewareHandler = async (context, next) => {
  const { method, url, path } = context.req;
  const origin = context.req.header("origin");
  const site = context.req.header("sec-fetch-site");
  const isOwn = origin === undefined ? method === "GET" : origin === new URL(url).origin;
  const isAsked = site === undefined || site === "same-origin" || site === "none" || path === "/";
  if (isOwn && isAsked) return next();
  return context.text("Only the page itself may send this request.\n", 403);
};

const safeHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header("cache-control", "no-store");
  context.header("x-content-type-options", "nosniff");
  context.header("referrer-policy", "no-referrer");
  context.header("cross-origin-resource-policy", "same-origin");
};

function packedJson(context: Context, packed: Uint8Array<ArrayBuffer>): Response {
  const headers = { "content-type": "application/json" };
  return (context.req.header("accept-encoding") ?? "").includes("gzip")
    ? context.body(packed, 200, { ...headers, "content-encoding": "gzip" })
    : context.body(new Uint8Array(gunzipSync(packed)), 200, headers);
}

/** Server-sent events, each sent after the reader has taken the previous one. */
function eventStream(messages: AsyncGenerator<Message>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      // Milliseconds after which a disconnected browser reconnects.
      start: (controller) => controller.enqueue(encoder.encode("retry: 1000\n\n")),
      async pull(controller) {
        const { value, done } = await messages.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(eventText(value)));
      },
      cancel: async () => void (await messages.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}

function eventText({ id, name, data }: Message): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`;
}

/** The parsed JSON body; `undefined` when it is invalid or too long. */
async function readBody(context: Context): Promise<unknown> {
  if (Number(context.req.header("content-length") ?? Infinity) > mostBytes) return undefined;
  return parseJson(await context.req.text());
}

function idsToRun(body: unknown, board: Board): { ids: string[] } | { error: string } {
  const { rows } = board.now().state;
  const wanted = isObject(body) ? body.ids : null;
  if (wanted === "all") return { ids: rows.map(({ id }) => id) };
  if (wanted === "failed") {
    const ids = rows.flatMap(({ id, status }) =>
      status === "failed" || status === "errored" || status === "inconclusive" ? [id] : [],
    );
    return ids.length === 0 ? { error: "nothing failed" } : { ids };
  }
  if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every((each) => typeof each === "string"))
    return { error: 'expected {"ids": ["ID", ...]}, or "failed" or "all" instead of the list' };
  const known = new Set(rows.map(({ id }) => id));
  const unknown = wanted.find((id) => !known.has(id));
  return unknown === undefined ? { ids: wanted } : { error: `there is no scenario ${unknown}` };
}
