import { onTestFinished } from "vitest";
import { asObject } from "../../../src/kit/json.ts";
import { listen } from "../../../src/server/http/listen.ts";
import { openServer } from "../../../src/server/server.ts";

/** An assistant as the API gives it. */
export interface Live {
  id: string;
  description: string | null;
  temperature: number | null;
  metadata: Record<string, string>;
}

/** The server, which can be told to be cut off from its clients after so many writes. */
export async function startSharedServer() {
  const app = await openServer({
    database: ":memory:",
    model: {
      respond: () => {
        throw new Error("nobody talks to these assistants");
      },
      list: async () => [],
    },
  });
  let cut: { after: number; kill: () => void } | null = null;
  const gated = {
    ...app,
    fetch: async (request: Request) => {
      if (cut !== null && cut.after <= 0) return Response.json({ error: { message: "killed" } }, { status: 400 });
      const response = await app.fetch(request);
      if (cut === null || request.method === "GET") return response;
      cut.after -= 1;
      if (cut.after === 0) cut.kill();
      return cut.after <= 0 ? Response.json({ error: { message: "killed" } }, { status: 400 }) : response;
    },
  };
  const server = await listen(gated as typeof app, "127.0.0.1", 0);
  onTestFinished(() => server.close());
  const call = async (method: string, path: string, body?: object) => {
    const response = await app.fetch(
      new Request(`http://x/v1/assistants${path}`, {
        method,
        headers: { "content-type": "application/json", "openai-beta": "assistants=v2" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return response.json();
  };
  return {
    url: server.url,
    list: async () => (asObject(await call("GET", "?limit=100")).data ?? []) as Live[],
    edit: (id: string, body: object) => call("POST", `/${id}`, body),
    cutAfter: (after: number, kill: () => void) => {
      cut = { after, kill };
    },
    connect: () => {
      cut = null;
    },
  };
}
