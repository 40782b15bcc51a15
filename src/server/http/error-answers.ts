import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { ModelFailure } from "../models/model.ts";
import type { Log } from "../services.ts";
import type { Asked } from "./asked.ts";
import { StoreUnavailable } from "../store/store.ts";
import { ApiFailure, errorBody, modelFailed, serverError, storeUnavailable } from "./errors.ts";

/** The `retry-after` header, in seconds. */
const retryAfterSeconds = 1;

/** Answers a request for an unknown path. */
export const answerNotFound: NotFoundHandler<Asked> = (context) => {
  const { method, path } = context.req;
  return context.json(errorBody(new ApiFailure(404, `Invalid URL (${method} ${path})`)), 404);
};

/** Answers refusals unchanged, and any other error as an internal error, which is logged. */
export function answerErrors(log: Log): ErrorHandler<Asked> {
  return (error, context: Context<Asked>) => {
    const refusal = error instanceof ModelFailure ? modelFailed(error) : error;
    if (refusal instanceof ApiFailure) return context.json(errorBody(refusal), refusal.status as 400);
    const { requestId } = context.env;
    if (error instanceof StoreUnavailable) {
      context.header("retry-after", String(retryAfterSeconds));
      return context.json(errorBody(storeUnavailable), 503);
    }
    log({ kind: "fault", requestId, error });
    return context.json(errorBody(serverError(requestId)), 500);
  };
}
