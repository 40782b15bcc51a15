import type { MiddlewareHandler } from "hono";
import { refuse } from "../errors.ts";

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
