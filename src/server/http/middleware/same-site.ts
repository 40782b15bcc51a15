import type { MiddlewareHandler } from "hono";
import { ApiFailure } from "../errors.ts";

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
