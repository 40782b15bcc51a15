import { Hono } from "hono";
import { routePath } from "hono/route";
import { startEngine, type Engine } from "../engine/engine.ts";
import type { RunShape } from "../runs/changes.ts";
import { createRunDialect } from "../runs/dialect.ts";
import type { Services } from "../services.ts";
import type { Asked } from "./asked.ts";
import { answerErrors, answerNotFound } from "./error-answers.ts";
import { requireBeta } from "./middleware/admission.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { fileBatchRoutes } from "./routes/file-batches.ts";
import { fileRoutes } from "./routes/files.ts";
import { messageRoutes } from "./routes/messages.ts";
import { modelRoutes } from "./routes/models.ts";
import { runRoutes } from "./routes/runs.ts";
import { stepRoutes } from "./routes/steps.ts";
import { threadRoutes } from "./routes/threads.ts";
import { vectorStoreFileRoutes } from "./routes/vector-store-files.ts";
import { vectorStoreRoutes } from "./routes/vector-stores.ts";

/** The API over one tenant's services, for requests that were let in already. */
export interface TenantApp {
  fetch(this: void, request: Request, asked: Asked["Bindings"]): Response | Promise<Response>;
  engine: Engine<RunShape>;
}

/** Where clients look for the API: OpenAI's base path, and what organisations' proxies and Azure put in front. */
const basePaths = ["/v1", "/openai/v1", "/openai"];

/** Starts the engine of a tenant, and puts its routes together. `reset` adds `POST /__playbill/reset`, which empties what the tenant has. */
export function createTenantApp(services: Services, { reset = false }: { reset?: boolean }): TenantApp {
  const engine = startEngine(services, createRunDialect(services));
  const app = new Hono<Asked>();
  app.use(async (context, next) => {
    await next();
    const route = routePath(context, -1);
    context.env.route = route.endsWith("*") ? null : route;
  });
  if (reset)
    app.post("/__playbill/reset", async (context) => {
      await engine.reset();
      return context.json({ reset: true });
    });
  const api = apiRoutes(services, engine);
  for (const basePath of basePaths) app.route(basePath, api);
  app.notFound(answerNotFound);
  app.onError(answerErrors(services.log));
  return { fetch: (request, asked) => app.fetch(request, asked), engine };
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
