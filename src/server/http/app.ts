import { Hono } from "hono";
import { cors } from "hono/cors";
import { ApiFailure, errorBody, modelFailed, serverError } from "./errors.ts";
import { injectFaults, type Chaos } from "./middleware/fault-injection.ts";
import { answerHeaderNames, answerHeaders, type Answers } from "./middleware/headers.ts";
import { ModelFailure } from "../models/model.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { messageRoutes } from "./routes/messages.ts";
import { fileBatchRoutes } from "./routes/file-batches.ts";
import { fileRoutes } from "./routes/files.ts";
import { modelRoutes } from "./routes/models.ts";
import { runRoutes } from "./routes/runs.ts";
import { stepRoutes } from "./routes/steps.ts";
import { threadRoutes } from "./routes/threads.ts";
import { vectorStoreFileRoutes } from "./routes/vector-store-files.ts";
import { vectorStoreRoutes } from "./routes/vector-stores.ts";
import { startEngine, type Engine } from "../engine/engine.ts";
import type { RunShape } from "../runs/changes.ts";
import { createRunDialect } from "../runs/dialect.ts";
import type { Services } from "../services.ts";
import { requireSameSite, requireLocalHost, requireBeta, requireKey } from "./middleware/admission.ts";

/** How the server meets its clients. */
export interface AppOptions {
  services: Services;
  /** Asked of every client when it is set. */
  apiKey?: string;
  /** Answers only requests to the machine's own names; for a server on loopback that asks for no key. */
  localOnly?: boolean;
  /** Lets web pages of any origin use it; without it they are refused. */
  cors?: boolean;
  /** Adds `POST /__playbill/reset`, which empties the server. */
  reset?: boolean;
  chaos?: Chaos;
}

/** The server as a function from Request to Response. */
export interface App {
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Lets the runs in progress go, in a state from which the next start takes them up. */
  close(): Promise<void>;
}

/** Where clients look for the API: OpenAI's base path, and what organisations' proxies and Azure put in front. */
const basePaths = ["/v1", "/openai/v1", "/openai"];

/** Puts the whole server together. */
export function createApp({ services, ...options }: AppOptions): App {
  const { log } = services;
  const engine = startEngine(services, createRunDialect(services));
  const app = new Hono<Answers>();
  app.use(answerHeaders(services));
  if (options.cors !== true) app.use(requireSameSite());
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  if (options.localOnly) app.use(requireLocalHost());
  if (options.cors) app.use(cors({ origin: "*", exposeHeaders: [...answerHeaderNames] }));
  if (options.apiKey !== undefined) app.use(requireKey(options.apiKey));
  if (options.chaos) app.use(injectFaults(options.chaos, services.clock));
  if (options.reset)
    app.post("/__playbill/reset", async (context) => {
      await engine.reset();
      return context.json({ reset: true });
    });

  const api = apiRoutes(services, engine);
  for (const basePath of basePaths) app.route(basePath, api);

  app.notFound((context) => {
    const { method, path } = context.req;
    const failure = new ApiFailure(404, `Invalid URL (${method} ${path})`);
    return context.json(errorBody(failure), 404);
  });
  app.onError((error, context) => {
    const refusal = error instanceof ModelFailure ? modelFailed(error) : error;
    if (refusal instanceof ApiFailure) return context.json(errorBody(refusal), refusal.status as 400);
    const requestId = context.get("requestId");
    log({ kind: "fault", requestId, error });
    return context.json(errorBody(serverError(requestId)), 500);
  });
  return {
    fetch: async (input, init) => app.fetch(input instanceof Request && !init ? input : new Request(input, init)),
    close: () => engine.close(),
  };
}

function apiRoutes(services: Services, engine: Engine<RunShape>): Hono {
  return new Hono()
    .use("/assistants/*", requireBeta)
    .use("/threads/*", requireBeta)
    .route("/assistants", assistantRoutes(services))
    .route("/threads", runRoutes(services, engine))
    .route("/threads", threadRoutes(services, engine))
    .route("/threads", messageRoutes(services))
    .route("/threads", stepRoutes(services))
    .route("/files", fileRoutes(services))
    .route("/vector_stores", vectorStoreRoutes(services))
    .route("/vector_stores", vectorStoreFileRoutes(services))
    .route("/vector_stores", fileBatchRoutes(services))
    .route("/models", modelRoutes(services));
}
