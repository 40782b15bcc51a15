import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../../../src/server/store/open.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import type { FileReader } from "../../../src/server/search/reader/reader.ts";
import { openServer } from "../../../src/server/server.ts";
import { sharedReader, startServer } from "../harness.ts";
import { describeOnPostgres, freshDatabase } from "../postgres.ts";

/** A way to a database that can be cut: connections end, and new ones are refused, until it is opened again. */
async function cuttable(database: string): Promise<{ url: string; cut(): Promise<void>; open(): Promise<void> }> {
  const target = new URL(database);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const listen = (port: number): Promise<Server> =>
    new Promise((resolve) => {
      const made = createServer((from) => {
        const to = keep(connect(Number(target.port), target.hostname));
        keep(from).pipe(to).pipe(from);
      });
      made.listen(port, "127.0.0.1", () => resolve(made));
    });
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const url = new URL(database);
  url.port = String(port);
  return {
    url: url.href,
    cut,
    async open() {
      server = await listen(port);
    },
  };
}

describeOnPostgres("while the database is away", () => {
  test("clients are told to retry, and everything continues afterwards", async () => {
    const way = await cuttable(await freshDatabase());
    const server = await startServer({ store: await openStore({ database: way.url }) });
    onTestFinished(() => way.cut());
    const { id } = await server.client.beta.assistants.create({ model: "m", name: "before" });
    await way.cut();
    const asked: [string, string, object?][] = [
      ["GET", `/v1/assistants/${id}`],
      ["GET", "/v1/assistants"],
      ["POST", "/v1/assistants", { model: "m" }],
      ["POST", "/v1/threads", {}],
      ["POST", "/v1/threads/runs", { assistant_id: id }],
      ["DELETE", `/v1/assistants/${id}`],
    ];
    for (const [method, path, body] of asked) {
      const answer = await server.send(method, path, body);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(await answer.json()).toMatchObject({ error: { type: "server_error", code: "database_unavailable" } });
    }
    await way.open();
    expect(await server.client.beta.assistants.retrieve(id)).toMatchObject({ name: "before" });
    expect((await server.client.beta.assistants.list()).data).toHaveLength(1);
    await server.close();
  });

  test("a server ends, and lets go of all that it has", async () => {
    const way = await cuttable(await freshDatabase());
    let isReading = true;
    const reader: FileReader = { ...sharedReader, close: async () => void (isReading = false) };
    const server = await openServer({
      database: way.url,
      model: createScriptedModel({ scripts: [], delay: async () => {} }),
      reader,
    });
    await way.cut();
    await server.close();
    expect(isReading).toBe(false);
  });
});
