import { Hono } from "hono";
import { routePath } from "hono/route";
import { startEngine, type Engine } from "../engine/engine.ts";
import type { RunShape } from "../runs/changes.ts";
import type { ResponseShape } from "../responses/changes.ts";
import { createResponseDialect } from "../responses/dialect.ts";
import { createRunDialect } from "../runs/dialect.ts";
import type { Services } from "../services.ts";
import type { Asked } from "./asked.ts";
import { answerErrors, answerNotFound } from "./error-answers.ts";
import { requireBeta } from "./middleware/admission.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { containerRoutes } from "./routes/containers.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { fileBatchRoutes } from "./routes/file-batches.ts";
import { fileRoutes } from "./routes/files.ts";
import { messageRoutes } from "./routes/messages.ts";
import { modelRoutes } from "./routes/models.ts";
import { responseRoutes } from "./routes/responses.ts";
import { runRoutes } from "./routes/runs.ts";
import { stepRoutes } from "./routes/steps.ts";
import { threadRoutes } from "./routes/threads.ts";
import { vectorStoreFileRoutes } from "./routes/vector-store-files.ts";
import { vectorStoreRoutes } from "./routes/vector-stores.ts";

/** The API over one tenant's services, for requests that are already authorized. */
export interface TenantApp {
  fetch(this: void, request: Request, asked: Asked["Bindings"]): Response | Promise<Response>;
  engines: Engines;
}

/** The engines that run the runs and the responses of a tenant. */
export interface Engines {
  runs: Engine<RunShape>;
  responses: Engine<ResponseShape>;
}

/** The base paths of the API: OpenAI's, and those that proxies and Azure use. */
const basePaths = ["/v1", "/openai/v1", "/openai"];

/** Starts the engines of a tenant, and creates its routes. `reset` adds `POST /__playbill/reset`, which deletes everything of the tenant. */
export function createTenantApp(services: Services, options: { reset?: boolean }): TenantApp {
  const engines: Engines = {
    runs: startEngine(services, createRunDialect(services)),
    responses: startEngine(services, createResponseDialect(services)),
  };
  const app = new Hono<Asked>();
  app.use(async (context, next) => {
    await next();
    // Of several matching routes, the one that answered was called last.
    const route = routePath(context);
    context.env.route = route.endsWith("*") ? null : route;
  });
  if (options.reset)
    app.post("/__playbill/reset", async (context) => {
      await reset(services, engines);
      return context.json({ reset: true });
    });
  const api = apiRoutes(services, engines);
  for (const basePath of basePaths) app.route(basePath, api);
  app.notFound(answerNotFound);
  app.onError(answerErrors(services.log));
  return { fetch: (request, asked) => app.fetch(request, asked), engines };
}

async function reset({ store, replica }: Services, { runs, responses }: Engines): Promise<void> {
  await runs.forgetAll();
  await responses.forgetAll();
  await store.clear();
  await replica.renew();
}

function apiRoutes(services: Services, { runs, responses }: Engines): Hono {
  return new Hono()
    .use("/assistants/*", requireBeta)
    .use("/threads/*", requireBeta)
    .route("/assistants", assistantRoutes(services))
    .route("/threads", runRoutes(services, runs))
    .route("/threads", threadRoutes(services, runs))
    .route("/threads", messageRoutes(services))
    .route("/threads", stepRoutes(services))
    .route("/responses", responseRoutes(services, responses))
    .route("/conversations", conversationRoutes(services))
    .route("/containers", containerRoutes(services))
    .route("/files", fileRoutes(services))
    .route("/vector_stores", vectorStoreRoutes(services))
    .route("/vector_stores", vectorStoreFileRoutes(services))
    .route("/vector_stores", fileBatchRoutes(services))
    .route("/models", modelRoutes(services));
}
