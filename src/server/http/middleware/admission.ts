import type { MiddlewareHandler } from "hono";
import { defaultTenant } from "../../store/store.ts";
import type { Asked } from "../asked.ts";
import { ApiFailure, refuse } from "../errors.ts";
import { findKey, type Keys } from "../keys.ts";

/**
 * Requires a key, as `Authorization: Bearer` or, as in Azure, `api-key`. The key determines the project of the request. A client that names another
 * project than the key's is refused, as in the original. There is one organization, whatever name clients send.
 */
export function requireKey(keys: Keys): MiddlewareHandler<Asked> {
  return async (context, next) => {
    const bearer = /^Bearer\s+(.*)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const given = bearer ?? context.req.header("api-key");
    if (given === undefined || given === "")
      throw new ApiFailure(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        { code: "invalid_api_key" },
      );
    const key = findKey(await keys(), given);
    if (!key) throw new ApiFailure(401, "Incorrect API key provided.", { code: "invalid_api_key" });
    const named = context.req.header("openai-project");
    if (named !== undefined && named !== "" && named !== key.project && key.project !== defaultTenant)
      throw new ApiFailure(401, "OpenAI-Project header should match project for API key", {
        code: "mismatched_project",
      });
    context.env.key = key.name;
    context.env.project = key.project;
    await next();
  };
}

/** Requires the header of the Assistants API. Azure's clients send an `api-version` instead. */
export const requireBeta: MiddlewareHandler = async (context, next) => {
  const values = (context.req.header("openai-beta") ?? "").split(",").map((value) => value.trim());
  if (!values.includes("assistants=v2") && context.req.query("api-version") === undefined)
    refuse(
      "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
      { code: "invalid_beta" },
    );
  await next();
};

/**
 * Accepts only requests to this machine's own names. Without it a web page could reach a server without keys through a domain
 * that resolves to 127.0.0.1 (DNS rebinding).
 */
export function requireLocalHost(): MiddlewareHandler {
  return async (context, next) => {
    const { hostname } = new URL(context.req.url);
    if (!isLocal(hostname)) {
      throw new ApiFailure(
        403,
        `This server only accepts requests to this machine's own names, not to '${hostname}'.`,
        {
          code: "host_not_allowed",
        },
      );
    }
    await next();
  };
}

/** True when a host name always refers to this machine. */
export function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Refuses all requests that a browser sends for a web page of another origin: a page may send a POST of `text/plain` to
 * 127.0.0.1 without a preflight. Browsers send the origin of a request (`Sec-Fetch-Site`, `Origin`); other clients do not.
 */
export function requireSameSite(): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    const isOwn = site === undefined || site === "same-origin" || site === "none";
    if (!isOwn || (origin !== undefined && hostOf(origin) !== hostOf(context.req.url))) {
      throw new ApiFailure(
        403,
        `This server does not accept requests from web pages of other origins${origin === undefined ? "" : ` ('${origin}')`}. Start it with --cors to let them use it.`,
        { code: "cross_site_request" },
      );
    }
    await next();
  };
}

/** Host and port; `null` for an invalid origin, such as the `null` of a page without one. */
function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}
