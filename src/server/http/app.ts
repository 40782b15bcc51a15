import { Hono } from "hono";
import { cors } from "hono/cors";
import type { Services } from "../services.ts";
import { defaultTenant } from "../store/store.ts";
import type { Asked } from "./asked.ts";
import { isLocalInit, localRequest } from "./local-request.ts";
import { answerErrors, answerNotFound } from "./error-answers.ts";
import type { Keys } from "./keys.ts";
import { requireSameSite, requireLocalHost, requireKey } from "./middleware/admission.ts";
import { injectFaults, type Chaos } from "./middleware/fault-injection.ts";
import { injectResponseFaults } from "./middleware/response-faults.ts";
import { answerHeaderNames, answerHeaders } from "./middleware/headers.ts";
import { createReadiness } from "./readiness.ts";
import { createTenantApp, type TenantApp } from "./tenant-app.ts";

/** How the server serves its clients. */
export interface AppOptions {
  /** The services of the default tenant. */
  services: Services;
  /** Creates the services of another tenant when they are first needed; without it there is only the default tenant. */
  servicesOf?: (tenant: string) => Services;
  /** The accepted API keys; without it no key is required. */
  keys?: Keys;
  /** Accepts only requests to the machine's own names; for a server on loopback without keys. */
  localOnly?: boolean;
  /** Allows web pages of any origin; without it they are refused. */
  cors?: boolean;
  /** Adds `POST /__playbill/reset`, which deletes everything of the key's project. */
  reset?: boolean;
  chaos?: Chaos;
}

/** The server as a function from Request to Response. */
export interface App {
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Releases the runs in progress, in a state from which the next start resumes them. */
  close(): Promise<void>;
}

/** The server of several tenants, each with its own app. */
export interface TenantsApp extends App {
  /** Reports at `/readyz` from now on that the server is shutting down; it continues to answer. */
  drain(): void;
  /** The numbers of runs in progress in this process, and of those that wait for their clients. */
  counts(): { running: number; waiting: number };
  /** Resumes a tenant's unfinished work before its first request. */
  open(tenant: string): void;
}

/** Creates the server: the middleware before all tenants, and the app of each tenant. */
export function createApp({ services, servicesOf, keys, ...options }: AppOptions): TenantsApp {
  const { log, ids } = services;
  const tenants = new Map<string, TenantApp>();
  const tenantOf = (name: string): TenantApp => {
    const known = tenants.get(name);
    if (known) return known;
    if (name !== defaultTenant && !servicesOf) throw new Error(`no tenant ${name} here`);
    const made = createTenantApp(name === defaultTenant || !servicesOf ? services : servicesOf(name), options);
    tenants.set(name, made);
    return made;
  };
  tenantOf(defaultTenant);
  const readiness = createReadiness(services);
  const engines = () => [...tenants.values()].flatMap(({ engines: { runs, responses } }) => [runs, responses]);

  const app = new Hono<Asked>();
  app.use(answerHeaders(services));
  if (options.cors !== true) app.use(requireSameSite());
  app.get("/healthz", (context) => {
    context.env.route = "/healthz";
    return context.json({ status: "ok" });
  });
  app.get("/readyz", async (context) => {
    context.env.route = "/readyz";
    const found = await readiness.check();
    return context.json(found, found.status === "ready" ? 200 : 503);
  });
  if (options.localOnly) app.use(requireLocalHost());
  if (options.cors) app.use(cors({ origin: "*", exposeHeaders: [...answerHeaderNames] }));
  if (keys !== undefined) app.use(requireKey(opening(keys, tenantOf)));
  if (options.chaos) app.use(injectFaults(options.chaos, services.clock), injectResponseFaults(options.chaos));
  app.all("*", (context) => {
    context.env.project ??= defaultTenant;
    return tenantOf(context.env.project).fetch(context.req.raw, context.env);
  });
  app.notFound(answerNotFound);
  app.onError(answerErrors(log));
  return {
    fetch: async (input, init) =>
      app.fetch(requestOf(input, init), {
        requestId: ids("req_"),
        key: null,
        project: null,
        route: null,
      }),
    drain: () => readiness.drain(),
    counts() {
      const each = engines().map((engine) => engine.counts());
      const sum = (name: "running" | "waiting") => each.reduce((total, counts) => total + counts[name], 0);
      return { running: sum("running"), waiting: sum("waiting") };
    },
    open: (tenant) => void tenantOf(tenant),
    async close() {
      await Promise.all(engines().map((engine) => engine.close()));
    },
  };
}

function requestOf(input: string | URL | Request, init: RequestInit | undefined): Request {
  if (input instanceof Request && !init) return input;
  return typeof input === "string" && isLocalInit(init) ? localRequest(input, init) : new Request(input, init);
}

/** The keys; the project of a new key is opened, so that work that another process started for it is resumed here if that process is gone. */
function opening(keys: Keys, open: (tenant: string) => unknown): Keys {
  return async () => {
    const accepted = await keys();
    for (const { project } of accepted) open(project);
    return accepted;
  };
}
