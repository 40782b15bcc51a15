import { onTestFinished } from "vitest";
import { openServer } from "../../src/server/server.ts";
import type { Model } from "../../src/server/models/model.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo } from "../targets/connection.ts";
import type { Registry, Target } from "../../src/targets/target.ts";

/** The embedded server in this process, and ways to see and disturb what reaches it. */
export interface Embedded {
  target: Target;
  registry: Registry;
  /** `POST /v1/assistants`, in order. */
  requests: string[];
  /** Calls the API as somebody else would, in the browser or with a script. */
  edit(id: string, body: object): Promise<void>;
  create(body: object): Promise<string>;
  remove(id: string): Promise<void>;
  /** Cuts the connection: `before` the request of that number (from 1) arrives, or `after` it was carried out. */
  cutAt(number: number, when: "before" | "after"): void;
  connect(): void;
  /** Carries the request of that number (from 1) out, but its answer never comes. */
  loseAnswer(number: number): void;
  /** From now on the server does not keep this field, as some proxies do not. */
  losing(field: string): void;
  /** From now on the server answers `POST /v1/assistants` or the like with that status. */
  failing(request: string, status: number): void;
}

/** Nobody talks to these assistants. */
const silent: Model = {
  respond: () => {
    throw new Error("there is no model here");
  },
  list: async () => [],
};

/** A fresh server with an empty store, until the test is over. */
export async function startEmbedded(): Promise<Embedded> {
  const app = await openServer({ database: ":memory:", model: silent });
  onTestFinished(() => app.close());
  const requests: string[] = [];
  const lost: string[] = [];
  const failures = new Map<string, number>();
  let unanswered = 0;
  let cut: { number: number; when: "before" | "after" } | null = null;
  const target = createAssistantsTarget(
    connectionTo(async (input, init) => {
      const request = new Request(input, { ...init, ...withoutLost(init?.body, lost) });
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const status = failures.get(`${request.method} ${pathname}`);
      if (status !== undefined) return Response.json({ error: { message: "no" } }, { status });
      const broken = cut !== null && requests.length >= cut.number;
      const arrives = !broken || (cut?.when === "after" && requests.length === cut.number);
      const response = arrives ? await app.fetch(request) : null;
      if (broken || response === null || requests.length === unanswered) throw new TypeError("fetch failed");
      return response;
    }),
  );
  const call = async (method: string, path: string, body?: object): Promise<{ id: string }> => {
    const response = await app.fetch(`http://embedded.test/v1/assistants${path}`, {
      method,
      headers: { "content-type": "application/json", "openai-beta": "assistants=v2" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { id: string };
  };
  return {
    target,
    registry: target.registry,
    requests,
    edit: async (id, body) => void (await call("POST", `/${id}`, body)),
    create: async (body) => (await call("POST", "", body)).id,
    remove: async (id) => void (await call("DELETE", `/${id}`)),
    cutAt: (number, when) => {
      cut = { number: requests.length + number, when };
    },
    connect: () => {
      cut = null;
    },
    loseAnswer: (number) => {
      unanswered = requests.length + number;
    },
    losing: (field) => void lost.push(field),
    failing: (request, status) => void failures.set(request, status),
  };
}

function withoutLost(body: unknown, lost: readonly string[]): { body: string } | null {
  if (typeof body !== "string" || lost.length === 0) return null;
  const kept = Object.entries(JSON.parse(body) as object).filter(([field]) => !lost.includes(field));
  return { body: JSON.stringify(Object.fromEntries(kept)) };
}
