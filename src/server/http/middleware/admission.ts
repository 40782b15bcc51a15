import type { MiddlewareHandler } from "hono";
import { defaultTenant } from "../../store/store.ts";
import type { Asked } from "../asked.ts";
import { ApiFailure, refuse } from "../errors.ts";
import { findKey, type Keys } from "../keys.ts";

/**
 * Asks for a key, as `Authorization: Bearer` or, as Azure does, `api-key`; it says whose objects the request is about. A client that names another
 * project than the key's is refused, as the original does; there is one organization, by whatever name clients know theirs.
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

/** The header that the Assistants API asks for. Azure's clients name an `api-version` instead. */
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
 * Answers only requests that were sent to this machine by name. Without it a web page could reach a server that asks for no key, by a domain
 * that it lets lead to 127.0.0.1 (DNS rebinding).
 */
export function requireLocalHost(): MiddlewareHandler {
  return async (context, next) => {
    const { hostname } = new URL(context.req.url);
    if (!isLocal(hostname)) {
      throw new ApiFailure(403, `This server answers only on this machine's own names, not on '${hostname}'.`, {
        code: "host_not_allowed",
      });
    }
    await next();
  };
}

/** True when a host name can only lead to this machine. */
export function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Refuses requests that a web page of another origin makes a browser send, whatever they are: a page may send a POST of `text/plain` to
 * 127.0.0.1 without asking first. Browsers say where a request comes from (`Sec-Fetch-Site`, `Origin`); other clients say nothing.
 */
export function requireSameSite(): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    const isOwn = site === undefined || site === "same-origin" || site === "none";
    if (!isOwn || (origin !== undefined && hostOf(origin) !== hostOf(context.req.url))) {
      throw new ApiFailure(
        403,
        `This server does not answer web pages of other origins${origin === undefined ? "" : ` ('${origin}')`}. Start it with --cors to let them use it.`,
        { code: "cross_site_request" },
      );
    }
    await next();
  };
}

/** Host and port; `null` for an origin that is none, such as the `null` of a page without one. */
function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}
