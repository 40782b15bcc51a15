import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, onTestFinished } from "vitest";
import { createSystemClock } from "../../../src/kit/clock.ts";
import type { Engine } from "../../../src/server/engine/engine.ts";
import { createTenantApp } from "../../../src/server/http/tenant-app.ts";
import type { Model } from "../../../src/server/models/model.ts";
import { createPostgresTransport } from "../../../src/server/replicas/postgres-transport.ts";
import { createSharedClock } from "../../../src/server/replicas/shared-clock.ts";
import type { Transport } from "../../../src/server/replicas/transport.ts";
import type { RunShape } from "../../../src/server/runs/changes.ts";
import { createServices } from "../../../src/server/server.ts";
import { randomIds, type Limits, type LogEntry, type Services } from "../../../src/server/services.ts";
import { connectPostgres } from "../../../src/server/store/postgres/connect.ts";
import { openPostgresStore } from "../../../src/server/store/postgres/store.ts";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import type { OpenedStore } from "../../../src/server/store/store.ts";
import { freshDatabase } from "../postgres.ts";
import { sharedReader } from "../harness.ts";
import { createGate, gatedClock, gatedStore, gatedTransport, type Gate } from "./gate.ts";
import { createHub } from "./hub.ts";

/** What several servers share: a database, and what carries messages between them. */
export interface Shared {
  open(): Promise<OpenedStore>;
  join(address: string): Transport;
}

/** A PostgreSQL database that no other test uses. */
export async function onPostgres(): Promise<Shared> {
  const url = await freshDatabase();
  const clock = createSystemClock({ keepsAlive: false });
  return {
    open: () => openPostgresStore(url, 4),
    join: (address) =>
      createPostgresTransport({ connect: () => connectPostgres(url), channel: "playbill", address, clock }),
  };
}

/** A SQLite file of its own, and a hub in place of what PostgreSQL has. */
export async function onSqlite(): Promise<Shared> {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const hub = createHub();
  return { open: () => openSqliteStore(join(folder, "server.db")), join: (address) => hub.join(address) };
}

/** A server in this process that can be stopped and killed as if it were one of its own. */
export interface TestReplica {
  client: OpenAI;
  services: Services;
  engine: Engine<RunShape>;
  log: LogEntry[];
  gate: Gate;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  model: Model;
  limits?: Partial<Limits>;
  services?: Partial<Services>;
}

/** Starts one on what it shares with others; closed when the test is over. */
export async function startReplica(
  shared: Shared,
  { model, limits, services: given }: ReplicaOptions,
): Promise<TestReplica> {
  const gate = createGate();
  const log: LogEntry[] = [];
  const store = await shared.open();
  const clock = createSystemClock({ keepsAlive: false });
  const services = {
    ...(await createServices(gatedStore(gate, store), {
      model,
      limits: { pollAfterMs: 1, closingMs: 20, ...limits },
      log: (entry) => void log.push(entry),
      reader: sharedReader,
      clock: gatedClock(gate, store.now ? createSharedClock(clock) : { ...clock, now: Date.now }),
      transport: gatedTransport(gate, shared.join(randomIds("p"))),
    })),
    ...given,
  };
  const app = createTenantApp(services, {});
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    gate.resume();
    for (const engine of [app.engines.runs, app.engines.responses]) await engine.close().catch(() => {});
    await services.codeInterpreter.close();
    await services.indexer.close().catch(() => {});
    await services.replica.close().catch(() => {});
    await services.replica.transport.close();
    await store.close();
  };
  const close = (): Promise<void> => (closed ??= closeAll());
  onTestFinished(close);
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    await gate.pass();
    const asked = { requestId: randomIds("req_"), key: null, project: null, route: null };
    const answer = await app.fetch(new Request(input, init), asked);
    await gate.pass();
    return answer;
  };
  const client = new OpenAI({ apiKey: "key", baseURL: "http://server.test/v1", fetch, maxRetries: 0 });
  return { client, services, engine: app.engines.runs, log, gate, close };
}

/** Says these pieces, each after `wait` came to its end. */
export function modelThatSays(
  pieces: readonly string[],
  wait: (signal: AbortSignal) => Promise<void> = async () => {},
): Model {
  return {
    async *respond(_, signal) {
      for (const delta of pieces) {
        await wait(signal);
        signal.throwIfAborted();
        yield { kind: "text", delta };
      }
      await wait(signal);
      yield { kind: "usage", promptTokens: 1, completionTokens: pieces.length };
      yield { kind: "finish", reason: "stop" };
    },
    list: async () => [],
  };
}
