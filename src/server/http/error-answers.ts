import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { ModelFailure } from "../models/model.ts";
import type { Log } from "../services.ts";
import type { Asked } from "./asked.ts";
import { StoreUnavailable } from "../store/store.ts";
import { ApiFailure, errorBody, modelFailed, serverError, storeUnavailable } from "./errors.ts";

/** When a client is asked to try again, in seconds. */
const retryAfterSeconds = 1;

/** Answers a path that leads nowhere. */
export const answerNotFound: NotFoundHandler<Asked> = (context) => {
  const { method, path } = context.req;
  return context.json(errorBody(new ApiFailure(404, `Invalid URL (${method} ${path})`)), 404);
};

/** Answers refusals as they are, and anything else that was thrown as a fault of ours, which is logged. */
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
