import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { ApiFailure } from "../errors.ts";

/** Asks for the key, as `Authorization: Bearer` or, as Azure does, `api-key`; how long it takes says nothing about the key. */
export function requireKey(apiKey: string): MiddlewareHandler {
  const expected = digest(apiKey);
  return async (context, next) => {
    const bearer = /^Bearer\s+(.*)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const given = bearer ?? context.req.header("api-key");
    if (given === undefined || given === "")
      throw new ApiFailure(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        { code: "invalid_api_key" },
      );
    if (!timingSafeEqual(digest(given), expected))
      throw new ApiFailure(401, "Incorrect API key provided.", { code: "invalid_api_key" });
    await next();
  };
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
