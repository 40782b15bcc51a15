import { onTestFinished } from "vitest";
import { asObject } from "../../../src/kit/json.ts";
import { listen } from "../../../src/server/http/listen.ts";
import type { Model, ModelEvent, ModelRequest } from "../../../src/server/models/model.ts";
import { openServer } from "../../../src/server/server.ts";

/** A model that does what its instructions say: `Say hello.` After a search it says too what was found. */
export const obedientModel: Model = {
  async *respond(request): AsyncGenerator<ModelEvent> {
    const [searched] = request.rounds;
    if (searched === undefined && request.tools.some(({ kind }) => kind === "file_search")) {
      yield { kind: "call", index: 0, callId: "call_1", tool: "file_search", name: "file_search" };
      yield { kind: "arguments", index: 0, delta: '{"query":"rule"}' };
      yield { kind: "finish", reason: "tool_calls" };
      return;
    }
    yield { kind: "text", delta: `${wordIn(request)} ${searched?.calls[0]?.output ?? ""}` };
    yield { kind: "finish", reason: "stop" };
  },
  list: async () => [],
};

function wordIn({ instructions }: ModelRequest): string {
  return /Say (\w+)/.exec(instructions ?? "")?.[1] ?? "nothing";
}

/** What decides how an assistant at the server behaves, as far as tests here change it. */
export interface LiveAssistant {
  id: string;
  name: string;
  instructions: string | null;
  temperature: number | null;
  tools: readonly string[];
  /** The names of the files that it searches. */
  pages: readonly string[];
  /** What its marker, and that of its store, say: why they could be written. */
  proofs: readonly string[];
}

interface Wire {
  id: string;
  name: string | null;
  filename?: string;
  instructions: string | null;
  temperature: number | null;
  tools: { type: string; function?: { description?: string } }[];
  tool_resources?: { file_search?: { vector_store_ids?: string[] } };
  metadata: Record<string, string>;
}

type Cut = { writes: number; atLast: () => void; isDead: boolean };

/**
 * A server of a test with an obedient model. It can be told to do something after so many writes, and to answer nobody from then on, as if
 * who asked were dead.
 */
export async function startTalkingServer() {
  let cut: Cut | null = null;
  const made: Wire[] = [];
  const app = await openServer({ database: ":memory:", model: obedientModel });
  const dead = () => Response.json({ error: { message: "killed" } }, { status: 400 });
  const gated = {
    ...app,
    async fetch(request: Request) {
      if (cut?.isDead === true && cut.writes <= 0) return dead();
      if (request.method === "POST") {
        const { pathname } = new URL(request.url);
        if (pathname === "/v1/assistants") made.push((await request.clone().json()) as Wire);
      }
      const response = await app.fetch(request);
      if (cut === null || request.method === "GET") return response;
      cut.writes -= 1;
      if (cut.writes === 0) cut.atLast();
      return cut.isDead && cut.writes <= 0 ? dead() : response;
    },
  };
  const server = await listen(gated as typeof app, "127.0.0.1", 0);
  onTestFinished(async () => {
    await server.close();
    await app.close();
  });
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await app.fetch(
      new Request(`http://x/v1/${path}`, {
        method,
        headers: { "content-type": "application/json", "openai-beta": "assistants=v2" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return response.json();
  };
  const list = async (path: string) => (asObject(await call("GET", `${path}?limit=100`)).data ?? []) as Wire[];
  const proofIn = ({ metadata }: Wire) => /\b(?:un)?tested:\S+/.exec(metadata["playbill.spec"] ?? "")?.[0] ?? [];
  return {
    url: server.url,
    /** What assistants were made of, throw-away ones too. */
    made: made as readonly Wire[],
    /** The assistants that are not throw-away ones, by name. */
    async live(): Promise<Map<string, LiveAssistant>> {
      const [assistants, stores, files] = [await list("assistants"), await list("vector_stores"), await list("files")];
      const names = new Map(files.map(({ id, filename = "" }) => [id, filename]));
      const found = new Map<string, LiveAssistant>();
      for (const each of assistants) {
        const name = /\/assistant\.(\w+)$/.exec(each.metadata["playbill.owner"] ?? "")?.[1];
        if (name === undefined) continue;
        const ids = each.tool_resources?.file_search?.vector_store_ids ?? [];
        const pages = await Promise.all(ids.map((id) => list(`vector_stores/${id}/files`)));
        const own = stores.filter(({ id }) => ids.includes(id));
        found.set(name, {
          id: each.id,
          name,
          instructions: each.instructions,
          temperature: each.temperature,
          tools: each.tools.flatMap((tool) => tool.function?.description ?? []),
          pages: pages.flat().map(({ id }) => names.get(id) ?? id),
          proofs: [each, ...own].flatMap(proofIn),
        });
      }
      return found;
    },
    /** How many objects there are of each kind, throw-away ones too. */
    async counts(): Promise<number[]> {
      return Promise.all(["assistants", "vector_stores", "files"].map(async (path) => (await list(path)).length));
    },
    edit: (id: string, body: object) => call("POST", `assistants/${id}`, body),
    cutAfter(writes: number, atLast: () => void, { isDead }: Pick<Cut, "isDead">) {
      cut = { writes, atLast, isDead };
    },
    connect() {
      cut = null;
    },
  };
}
