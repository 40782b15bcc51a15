import type { MiddlewareHandler } from "hono";
import { ApiFailure } from "../errors.ts";

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
